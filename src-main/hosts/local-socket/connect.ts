/** Opens a library: as its owner where it is free, else as a client of the process that owns it. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Caller, type CallName, type CallOptions, type Connection, contract } from '../../../src-shared/contract/contract.ts';
import type { Call } from '../../../src-shared/contract/define.ts';
import type { EventName, EventOf } from '../../../src-shared/contract/events.ts';
import { Failure, fail, type Outcome, type VitrineError } from '../../../src-shared/model/error.ts';
import type { OpenOptions } from '../../library.ts';
import { clientOf } from '../wire.ts';
import { connectToOwner } from './client.ts';
import { openOwned } from './open-owned.ts';
import { socketPath } from './socket-path.ts';

/** How long a second process waits for an owner that has the lock but does not answer yet, in milliseconds. */
const ownerPatienceMs = 10_000;
const askAgainMs = 50;

/** One way into the library, until it is lost. */
interface Way {
  readonly connection: Connection;
  /** Null for the owner itself, who is never lost. */
  readonly whenLost: Promise<void> | null;
  /** True for the error of a call that was not begun because the owner left. */
  isNotBegun(error: VitrineError): boolean;
  close(): Promise<void>;
}

/** Everyone's caller over the local socket and in the command line itself. */
export const commandLine: Caller = {
  name: 'command line',
  capabilities: { dragOut: false, revealInFolder: false, openFile: false, nativeMenu: false, filePaths: true, mediaBase: '' },
};

async function findWay(options: OpenOptions): Promise<Way> {
  const until = Date.now() + ownerPatienceMs;
  for (;;) {
    const owned = await openOwned(options, commandLine);
    if (owned) return { connection: owned.connectionFor(commandLine), whenLost: null, isNotBegun: () => false, close: () => owned.close() };
    const owner = await connectToOwner(socketPath(options.folder, { env: options.env, platform: process.platform }));
    if (owner) {
      const { whenLost, isNotBegun } = owner;
      return { connection: owner, whenLost, isNotBegun, close: () => owner.close() };
    }
    if (Date.now() > until) throw lockedLibrary(options.folder);
    await wait(askAgainMs);
  }
}

/** The library is open elsewhere and its owner cannot be reached or shared. */
export function lockedLibrary(folder: string): Failure {
  return fail('library_locked', {
    message: 'This library is open in another Vitrine.',
    next: `Go there, or close it. The library is ${folder}.`,
  });
}

function isRead(name: CallName): boolean {
  const [feature, method] = name.split('.') as [keyof typeof contract, string];
  const calls = contract[feature] as Record<string, Call>;
  return calls[method]?.access === 'read';
}

/**
 * The connection of a process that works in a library for a while. Where its owner leaves or dies, it takes over: what was not begun and
 * reads are asked again, a write that was under way is answered with an error, since nobody knows how far it came.
 * @throws Failure `library_locked` when the owner does not answer in time, and what opening a library throws
 */
export async function connectLibrary(
  options: OpenOptions,
): Promise<Connection & { close(): Promise<void>; ownsLibrary(): Promise<boolean> }> {
  let way = findWay(options);
  let isClosed = false;
  const listeners = new Map<EventName, Set<(payload: never) => void>>();

  function follow(current: Promise<Way>): void {
    current.then(
      ({ connection, whenLost }) => {
        for (const [name, known] of listeners)
          for (const listener of known) connection.listen(name, listener as (payload: EventOf<EventName>) => void);
        void whenLost?.then(() => {
          if (isClosed || way !== current) return;
          way = findWay(options);
          follow(way);
        });
      },
      () => undefined,
    );
  }

  async function call(name: CallName, input: unknown, callOptions?: CallOptions<unknown>): Promise<Outcome<unknown>> {
    const used = way;
    const { connection, whenLost, isNotBegun } = await used;
    const [feature, method] = name.split('.') as [string, string];
    const features = connection.client as unknown as Record<
      string,
      Record<string, (input: unknown, options?: CallOptions<unknown>) => Promise<Outcome<unknown>>>
    >;
    const outcome = await features[feature]?.[method]?.(input, callOptions);
    if (!outcome) throw new Error(`no such call: ${name}`);
    if (!outcome.ok && isNotBegun(outcome.error) && !isClosed) {
      await whenLost;
      await hasChanged(used);
      return call(name, input, callOptions);
    }
    const wasLost = !outcome.ok && (await hasChanged(used));
    return wasLost && isRead(name) ? call(name, input, callOptions) : outcome;
  }

  async function hasChanged(used: Promise<Way>): Promise<boolean> {
    await Promise.resolve();
    return way !== used;
  }

  await way;
  follow(way);
  return {
    client: clientOf((name, input, callOptions) => call(name, input, callOptions).catch(asOutcome)),
    listen(name, listener) {
      const known = listeners.get(name) ?? new Set();
      known.add(listener);
      listeners.set(name, known);
      const ends = way.then(({ connection }) => connection.listen(name, listener));
      return () => {
        known.delete(listener);
        void ends.then((end) => end());
      };
    },
    ownsLibrary: async () => (await way).whenLost === null,
    async close() {
      isClosed = true;
      await (await way).close();
    },
  };
}

function asOutcome(thrown: unknown): { ok: false; error: VitrineError } {
  if (thrown instanceof Failure) return { ok: false, error: thrown.error };
  throw thrown;
}
