/**
 * The web test server in a process of its own, so that neither its time nor its memory is counted with who asks it. For benches.
 * The same file is the process that is started.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { startHttpServer } from './http-server.ts';
import { sha256Of, stampedObject } from './stored-object.ts';

const Wanted = z.object({
  /** Under `/`, percent-encoded; generated from the seed, see `stampedObject`. */
  objects: z.array(z.object({ path: z.string(), size: z.int(), seed: z.int(), type: z.optional(z.string()) })),
  latencyMs: z.optional(z.number()),
  bytesPerSecond: z.optional(z.number()),
});
/** What it serves and how slowly; `Pace` says what the numbers mean. */
export type HttpProcessOptions = z.infer<typeof Wanted>;

const Counted = z.object({ requests: z.int(), bodyBytes: z.int(), connections: z.int() });
const Asked = z.union([Wanted, z.object({ sha256Of: z.string() }), z.literal('counters')]);
const Said = z.union([z.object({ origin: z.string() }), z.object({ sha256: z.string() }), Counted]);

export interface HttpProcess {
  readonly origin: string;
  /** Requests, bytes of bodies and connections so far. */
  counters(): Promise<z.infer<typeof Counted>>;
  /** SHA-256 in hex of the object at a path. Nothing is answered meanwhile. */
  sha256Of(path: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts it. It ends with this process, whatever happens. */
export async function startHttpProcess(wanted: HttpProcessOptions): Promise<HttpProcess> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'], { execArgv: [] });
  let asking: Promise<unknown> = Promise.resolve();
  // One question at a time, so that the next message is its answer.
  const ask = (question: z.infer<typeof Asked>): Promise<z.infer<typeof Said>> => {
    const answer = asking.then(
      () =>
        new Promise<z.infer<typeof Said>>((resolve, reject) => {
          const ended = () => reject(new Error('The test server ended.'));
          child.once('exit', ended);
          child.once('message', (said) => {
            child.off('exit', ended);
            resolve(Said.parse(said));
          });
          child.send(question);
        }),
    );
    asking = answer.catch(() => {});
    return answer;
  };
  const started = await ask(wanted);
  if (!('origin' in started)) throw new Error('The test server did not say where it is.');
  return {
    origin: started.origin,
    async counters() {
      return Counted.parse(await ask('counters'));
    },
    async sha256Of(path) {
      const said = await ask({ sha256Of: path });
      if (!('sha256' in said)) throw new Error(`The test server has nothing at ${path}.`);
      return said.sha256;
    },
    close() {
      const closed = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.disconnect();
      return closed;
    },
  };
}

if (process.argv[2] === 'serve' && process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  const answer = (said: z.infer<typeof Said>) => process.send?.(said);
  const first = new Promise<unknown>((resolve) => process.once('message', resolve));
  const { objects, latencyMs, bytesPerSecond } = Wanted.parse(await first);
  const server = await startHttpServer({
    pace: { ...(latencyMs === undefined ? {} : { latencyMs }), ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }) },
  });
  const held = new Map(objects.map(({ path, size, seed, type }) => [path, stampedObject(size, seed, type === undefined ? {} : { type })]));
  for (const [path, object] of held) server.put(path, object);
  process.on('message', (message) => {
    const asked = Asked.parse(message);
    if (asked === 'counters') return answer(Counted.parse(server.counters));
    const object = 'sha256Of' in asked ? held.get(asked.sha256Of) : undefined;
    return object ? answer({ sha256: sha256Of(object) }) : answer({ origin: server.origin });
  });
  process.once('disconnect', () => process.exit());
  answer({ origin: server.origin });
}
