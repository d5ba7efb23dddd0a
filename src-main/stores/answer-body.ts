/** Bodies under way: counted, cancelled, and begun before they are handed on. */
import type { Failure } from '../../src-shared/model/error.ts';
import { cancelled } from './network-failure.ts';
import type { TrafficMeter } from './store.ts';

/** A body without bytes. */
export async function* noBytes(): AsyncGenerator<Uint8Array> {}

/** A stream that can be given up, as Node's are. */
type Body = AsyncIterable<Uint8Array> & { destroy?: () => void };

/**
 * Passes the chunks on and counts them. An aborted signal destroys the body at once, also while nobody reads. What the connection throws
 * becomes a failure by `failureOf`; what that does not know is thrown as it is.
 */
export function meteredBody(
  body: Body,
  options: { host: string; meter: TrafficMeter; signal: AbortSignal; failureOf: (thrown: unknown) => Failure | null },
): AsyncIterable<Uint8Array> {
  const { host, meter, signal, failureOf } = options;
  const giveUp = () => body.destroy?.();
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  return (async function* () {
    try {
      for await (const chunk of body) {
        meter.bytesReceived(host, chunk.byteLength);
        yield chunk;
      }
      if (signal.aborted) throw cancelled();
    } catch (thrown) {
      if (signal.aborted) throw cancelled();
      throw failureOf(thrown) ?? thrown;
    } finally {
      signal.removeEventListener('abort', giveUp);
      giveUp();
    }
  })();
}

/** Waits for the first chunk: a connection that breaks before it counts as broken before the answer, and is tried again. */
export async function begun(chunks: AsyncIterable<Uint8Array>): Promise<AsyncGenerator<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      if (first.done) return;
      yield first.value;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  })();
}
