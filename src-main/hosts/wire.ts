/** How calls, progress, answers and events travel over a stream of messages, the same on the local socket, in the browser and in Electron. */
import {
  type Caller,
  type CallName,
  type CallOptions,
  type Client,
  type Connection,
  contract,
  type ToClient,
  type ToServer,
} from '../../src-shared/contract/contract.ts';
import type { AnyEvent, EventName, EventOf } from '../../src-shared/contract/events.ts';
import type { Outcome, VitrineError } from '../../src-shared/model/error.ts';
import type { Dispatch } from '../api/dispatch.ts';

/** The server's end of one connection: feed it messages, it answers through `send`. */
export interface ServerEnd {
  receive(message: ToServer): void;
  /** Stops all calls of this connection; for when it is gone. */
  close(): void;
  /** Resolves when no call is under way, and from then on takes none; the client is told, so that it can ask somebody else. */
  leave(): Promise<void>;
}

/** Serves one caller by the dispatch. A second call with an id that is under way is refused. */
export function serveCalls(options: { dispatch: Dispatch; caller: Caller; send: (message: ToClient) => void }): ServerEnd {
  const running = new Map<number, AbortController>();
  const idle: (() => void)[] = [];
  let hasLeft = false;

  async function run(id: number, name: string, input: unknown): Promise<void> {
    const stop = new AbortController();
    running.set(id, stop);
    const outcome = await options.dispatch({
      name,
      input,
      signal: stop.signal,
      caller: options.caller,
      report: (progress) => options.send({ type: 'progress', id, progress }),
    });
    running.delete(id);
    options.send({ type: 'answer', id, outcome });
    if (running.size === 0) for (const resolve of idle.splice(0)) resolve();
  }

  return {
    receive(message) {
      if (message.type === 'cancel') {
        running.get(message.id)?.abort();
        return;
      }
      if (hasLeft || running.has(message.id)) return;
      void run(message.id, message.name, message.input);
    },
    close() {
      for (const stop of running.values()) stop.abort();
    },
    leave: () =>
      new Promise((resolve) => {
        const go = () => {
          hasLeft = true;
          options.send({ type: 'leaving' });
          resolve();
        };
        if (running.size === 0) go();
        else idle.push(go);
      }),
  };
}

/** The client's end: makes the typed client from a way to send messages. */
export interface ClientEnd {
  readonly connection: Connection;
  receive(message: ToClient): void;
  /** Answers every open call with this error, and every later one. */
  fail(error: VitrineError): void;
}

interface OpenCall {
  answer(outcome: Outcome<unknown>): void;
  progress(progress: unknown): void;
}

/** Makes the client's end over `send`. Outcomes are passed on as they came: the server has checked them against the contract. */
export function createClientEnd(send: (message: ToServer) => void): ClientEnd {
  const open = new Map<number, OpenCall>();
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  let lastId = 0;
  let failure: VitrineError | null = null;

  function call(name: CallName, input: unknown, callOptions: CallOptions<unknown> = {}): Promise<Outcome<unknown>> {
    if (failure) return Promise.resolve({ ok: false, error: failure });
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      const cancel = () => send({ type: 'cancel', id });
      open.set(id, {
        answer(outcome) {
          open.delete(id);
          callOptions.signal?.removeEventListener('abort', cancel);
          resolve(outcome);
        },
        progress: (progress) => callOptions.onProgress?.(progress),
      });
      send({ type: 'call', id, name, input });
      if (callOptions.signal?.aborted) cancel();
      else callOptions.signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  return {
    connection: {
      client: clientOf(call),
      listen(name, listener) {
        const known = listeners.get(name) ?? new Set();
        known.add(listener);
        listeners.set(name, known);
        return () => known.delete(listener);
      },
    },
    receive(message) {
      if (message.type === 'answer') open.get(message.id)?.answer(message.outcome);
      else if (message.type === 'progress') open.get(message.id)?.progress(message.progress);
      else if (message.type === 'event') emit(listeners, message.name as EventName, message.payload as EventOf<EventName>);
    },
    fail(error) {
      failure = error;
      for (const waiting of [...open.values()]) waiting.answer({ ok: false, error });
    },
  };
}

function emit(listeners: Map<EventName, Set<(payload: never) => void>>, name: EventName, payload: EventOf<EventName>): void {
  for (const listener of listeners.get(name) ?? []) listener(payload as never);
}

/** The contract's client over one function that carries a call by its name. */
export function clientOf(call: (name: CallName, input: unknown, options?: CallOptions<unknown>) => Promise<Outcome<unknown>>): Client {
  const features = Object.entries(contract).map(([feature, calls]) => [
    feature,
    Object.fromEntries(
      Object.keys(calls).map((method) => [
        method,
        (input: unknown, options?: CallOptions<unknown>) => call(`${feature}.${method}` as CallName, input, options),
      ]),
    ),
  ]);
  return Object.fromEntries(features) as Client;
}

/** An event as it travels. */
export function eventMessage(event: AnyEvent): ToClient {
  return { type: 'event', name: event.name, payload: event.payload };
}
