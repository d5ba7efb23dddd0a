/** The contract's client over any wire: names calls, parses what comes back, never rejects. */
import * as z from 'zod/mini';
import { type Client, type Connection, contract, type Listen } from '../../src-shared/contract/contract.ts';
import type { Call } from '../../src-shared/contract/define.ts';
import { type EventName, type EventOf, events } from '../../src-shared/contract/events.ts';
import { type Outcome, VitrineError } from '../../src-shared/model/error.ts';
import { ConnectionLost, type Transport } from './transport.ts';

const Answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: VitrineError }),
]);

interface AnyOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: unknown) => void;
}

function failed(cause: VitrineError['cause'], message: string, next: string | null): Outcome<never> {
  return { ok: false, error: { cause, message, next } };
}

/** Runs one call. A broken wire is `unreachable`, an aborted call `cancelled`, an answer that does not fit the contract `internal`. */
async function runCall(transport: Transport, name: string, call: Call, input: unknown, options: AnyOptions): Promise<Outcome<unknown>> {
  try {
    const raw = await transport.call(name, input, {
      signal: options.signal,
      onProgress: (progress) => {
        const parsed = call.progress?.safeParse(progress);
        if (parsed?.success) options.onProgress?.(parsed.data);
      },
    });
    const answer = Answer.parse(raw);
    return answer.ok ? { ok: true, value: call.output.parse(answer.value) } : answer;
  } catch (thrown) {
    if (options.signal?.aborted) return failed('cancelled', 'Stopped by you.', null);
    if (thrown instanceof ConnectionLost) {
      return failed('unreachable', 'The connection to Vitrine was lost.', 'What you did is saved. Try again when it is back.');
    }
    const what = thrown instanceof z.core.$ZodError ? `the answer of ${name} does not fit the contract` : String(thrown);
    return failed(
      'internal',
      'Vitrine made a mistake here; your data is fine.',
      `Try again. If it stays, report it with these words: ${what}`,
    );
  }
}

function makeClient(transport: Transport): Client {
  const client: Record<string, Record<string, unknown>> = {};
  for (const [feature, calls] of Object.entries(contract)) {
    const ofFeature: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(calls) as [string, Call][]) {
      ofFeature[name] = (input: unknown, options: AnyOptions = {}) => runCall(transport, `${feature}.${name}`, call, input, options);
    }
    client[feature] = ofFeature;
  }
  // The one place where types are given rather than derived: the loop above has just built a call for every entry of the contract.
  return client as unknown as Client;
}

function makeListen(transport: Transport): Listen {
  return <N extends EventName>(name: N, listener: (payload: EventOf<N>) => void) =>
    transport.onEvent((event) => {
      if (event.name !== name) return;
      const parsed = events[name].safeParse(event.payload);
      if (parsed.success) listener(parsed.data as EventOf<N>);
    });
}

/** A connection that also tells whether the core can be reached. */
export interface WatchedConnection extends Connection {
  readonly onReachable: Transport['onReachable'];
}

/** Makes the contract's client and events of a wire. */
export function makeConnection(transport: Transport): WatchedConnection {
  return { client: makeClient(transport), listen: makeListen(transport), onReachable: (listener) => transport.onReachable(listener) };
}
