/**
 * The browser host's wire: each call is a POST whose answer streams NDJSON (progress, then the answer), so that aborting the request
 * is cancelling the call; events come over one EventSource, which reconnects by itself.
 */
import type { ToClient } from '../../src-shared/contract/contract.ts';
import { Reachability } from './reachability.ts';
import { readLines } from './read-lines.ts';
import { ConnectionLost, type RawEventListener, type Transport, type TransportCall } from './transport.ts';

const callPath = '/api/call';
const eventsPath = '/api/events';

/** Opens the wire to the host that served this page. */
export function openBrowserTransport(): Transport {
  const reachability = new Reachability();
  const listeners = new Set<RawEventListener>();
  const source = new EventSource(eventsPath);
  let nextId = 1;

  source.addEventListener('open', () => reachability.set(true));
  source.addEventListener('error', () => reachability.set(false));
  source.addEventListener('message', (message: MessageEvent<string>) => {
    const event = JSON.parse(message.data) as ToClient;
    if (event.type === 'event') for (const listener of listeners) listener(event);
  });

  async function call(name: string, input: unknown, { signal, onProgress }: TransportCall): Promise<unknown> {
    const id = nextId;
    nextId += 1;
    let response: Response;
    try {
      response = await fetch(callPath, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'call', id, name, input }),
        signal: signal ?? null,
      });
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      throw new ConnectionLost();
    }
    if (response.body === null) throw new ConnectionLost();
    try {
      for await (const line of readLines(response.body)) {
        const message = JSON.parse(line) as ToClient;
        if (message.type === 'progress') onProgress(message.progress);
        if (message.type === 'answer') return message.outcome;
      }
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      throw new ConnectionLost();
    }
    throw new ConnectionLost();
  }

  return {
    call,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onReachable: (listener) => reachability.listen(listener),
  };
}
