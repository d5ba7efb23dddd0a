/** Calls over a message port: methods by name, failures as values, bugs with their stack, events in one direction. */
import type { MessagePort, Transferable } from 'node:worker_threads';
import { Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';

/** What a worker offers: plain functions with cloneable arguments. */
export type Calls = Record<string, (...input: never[]) => unknown>;

/** An answer whose buffers are moved, not copied. */
export class Moved<T> {
  readonly value: T;
  readonly transfer: Transferable[];
  constructor(value: T, transfer: Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

/** The same of a type with named calls only. */
export type CallsOf<C> = Record<keyof C, (...input: never[]) => unknown>;

type Request = { id: number; method: string; input: never[] };
type Reply =
  | { id: number; kind: 'value'; value: unknown }
  | { id: number; kind: 'failure'; error: VitrineError }
  | { id: number; kind: 'bug'; message: string; stack: string | undefined }
  | { kind: 'event'; event: unknown };

/** Answers calls on `port` one after the other. Gives the function that sends events. */
export function serveCalls<E>(port: MessagePort, calls: Calls): (event: E) => void {
  port.on('message', (request: Request) => {
    let reply: Reply;
    let transfer: Transferable[] = [];
    try {
      const call = Object.hasOwn(calls, request.method) ? calls[request.method] : undefined;
      if (!call) throw new Error(`The catalog worker has no call "${request.method}".`);
      const value = call(...request.input);
      if (value instanceof Moved) {
        transfer = value.transfer;
        reply = { id: request.id, kind: 'value', value: value.value };
      } else reply = { id: request.id, kind: 'value', value };
    } catch (thrown) {
      if (thrown instanceof Failure) reply = { id: request.id, kind: 'failure', error: thrown.error };
      else {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        reply = { id: request.id, kind: 'bug', message: error.message, stack: error.stack };
      }
    }
    port.postMessage(reply, transfer);
  });
  return (event) => port.postMessage({ kind: 'event', event } satisfies Reply);
}

/** The calling side. `stop` makes what is still waiting fail with `error`. */
export function callOver<C extends CallsOf<C>, E>(
  port: { postMessage(message: unknown): void; on(name: 'message', listener: (reply: Reply) => void): unknown },
  onEvent: (event: E) => void,
): { call<N extends keyof C & string>(method: N, ...input: Parameters<C[N]>): Promise<Answer<C, N>>; stop(error: Error): void } {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let stopped: Error | null = null;
  port.on('message', (reply) => {
    if (reply.kind === 'event') {
      onEvent(reply.event as E);
      return;
    }
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.kind === 'value') call?.resolve(reply.value);
    else if (reply.kind === 'failure') call?.reject(new Failure(reply.error));
    else {
      const bug = new Error(reply.message);
      if (reply.stack !== undefined) bug.stack = reply.stack;
      call?.reject(bug);
    }
  });
  return {
    call: (method, ...input) =>
      new Promise((resolve, reject) => {
        if (stopped) {
          reject(stopped);
          return;
        }
        lastId += 1;
        waiting.set(lastId, { resolve: resolve as (value: unknown) => void, reject });
        port.postMessage({ id: lastId, method, input });
      }),
    stop(error) {
      stopped = error;
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
    },
  };
}

/** What a call answers; a `Moved` answer arrives as its value. */
export type Answer<C extends CallsOf<C>, N extends keyof C> =
  Awaited<ReturnType<C[N]>> extends Moved<infer V> ? V : Awaited<ReturnType<C[N]>>;

/** The failure of every call on a catalog that is closed. */
export function closedCatalog(): Failure {
  return fail('cancelled', { message: 'The library is closed.', next: 'Open it again.' });
}
