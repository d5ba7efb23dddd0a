/** The ground all test servers stand on: a real `node:http` server on 127.0.0.1 that records, counts, and can be waited for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A request as it came. It stays in the list for good and is filled while it is answered. */
export interface RequestRecord {
  /** From 0, in the order of arrival. */
  readonly index: number;
  readonly method: string;
  /** The request target up to `?`, byte for byte as it was sent. */
  readonly rawPath: string;
  /** What follows `?`, or '' where there is none. */
  readonly rawQuery: string;
  readonly headers: IncomingMessage['headers'];
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** Which connection it came on, from 0. */
  readonly connection: number;
  /** Status of the answer, null before it began. */
  status: number | null;
  /** Bytes of the answer's body that were handed to the connection. */
  bodyBytes: number;
  /** complete: answered to the end · broken: either side closed the connection before. */
  end: 'complete' | 'broken' | null;
}

export interface ServerCounters {
  readonly requests: number;
  /** Bytes of all bodies sent. */
  readonly bodyBytes: number;
  /** Connections ever taken, and those open now. */
  readonly connections: number;
  readonly openConnections: number;
}

/** One request being answered. Bodies go through `send`, so that they are counted and wait for a slow reader. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly record: RequestRecord;
  /** Sends the head. A second call is an error of the test server. */
  head(status: number, headers: Record<string, string | number>): void;
  /** False when the reader is gone. */
  send(chunk: Uint8Array): Promise<boolean>;
  /** Ends the answer properly. */
  finish(): void;
  /** Closes the connection with a reset, whatever was sent. */
  reset(): void;
  /** Closes the connection after what was sent has left. */
  hangUp(): void;
  /** Resolves when the exchange has ended, by whichever side. */
  readonly whenEnded: Promise<void>;
  /** The whole request body; at most 1 MiB. */
  body(): Promise<Uint8Array>;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`, without a slash. */
  readonly origin: string;
  readonly port: number;
  readonly requests: readonly RequestRecord[];
  readonly counters: ServerCounters;
  /** The first request, past or to come, that fits. Rejects with `what` when the server closes before. */
  whenRequested(fits: (record: RequestRecord) => boolean, what?: string): Promise<RequestRecord>;
  /** The first request, past or to come, that fits and has ended. */
  whenEnded(fits: (record: RequestRecord) => boolean, what?: string): Promise<RequestRecord>;
  /** Takes requests for tunnels, which are broken off unless somebody does. */
  onConnect(take: (request: IncomingMessage, socket: Socket, head: Buffer) => void): void;
  /** Breaks every connection, also stalled ones, and stops listening. */
  close(): Promise<void>;
}

/** How slow a server is. */
export interface Pace {
  /** Milliseconds that each request waits before it is answered, as if the server were so far away. A new connection costs nothing more. */
  readonly latencyMs?: number;
  /** Bytes of bodies a second that each connection carries at most. */
  readonly bytesPerSecond?: number;
}

/** Bytes are let go late by whatever timers are late; what was lost within a body is caught up with, but no more than this many milliseconds. */
const catchUpMs = 250;

interface Waiter {
  readonly fits: (record: RequestRecord) => boolean;
  readonly what: string;
  readonly resolve: (record: RequestRecord) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a server on a free port of 127.0.0.1. What `answer` throws breaks the connection and makes `close` reject, so no test misses it. */
export async function startLoopbackServer(
  answer: (exchange: Exchange) => Promise<void> | void,
  { latencyMs = 0, bytesPerSecond }: Pace = {},
): Promise<LoopbackServer> {
  const requests: RequestRecord[] = [];
  const sockets = new Map<Socket, number>();
  const faults: unknown[] = [];
  const waiters = new Set<Waiter>();
  let connections = 0;

  const announce = () => {
    for (const waiter of [...waiters]) {
      const found = requests.find(waiter.fits);
      if (!found) continue;
      waiters.delete(waiter);
      waiter.resolve(found);
    }
  };
  const whenSeen = (fits: Waiter['fits'], what: string) =>
    new Promise<RequestRecord>((resolve, reject) => {
      waiters.add({ fits, what, resolve, reject });
      announce();
    });

  /** When a connection has carried all that was given to it, in milliseconds of the monotonic clock. */
  const freeAt = new WeakMap<Socket, number>();
  const whenCarried = async (socket: Socket, bytes: number, signal: AbortSignal): Promise<void> => {
    if (bytesPerSecond === undefined) return;
    const now = performance.now();
    const at = Math.max(freeAt.get(socket) ?? now, now - catchUpMs) + (bytes / bytesPerSecond) * 1000;
    freeAt.set(socket, at);
    if (at > now) await wait(at - now, undefined, { signal }).catch(() => {});
  };

  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const carry = (bytes: number) => whenCarried(request.socket, bytes, gone.signal);
    const exchange = exchangeOf(request, response, requests.length, sockets.get(request.socket) ?? -1, { announce, carry });
    requests.push(exchange.record);
    announce();
    Promise.resolve(latencyMs > 0 ? wait(latencyMs, undefined, { signal: gone.signal }).catch(() => {}) : undefined)
      // A connection saves nothing up while it has nothing to carry.
      .then(() => freeAt.set(request.socket, Math.max(freeAt.get(request.socket) ?? 0, performance.now())))
      .then(() => answer(exchange))
      .catch((thrown: unknown) => {
        faults.push(thrown);
        exchange.reset();
      });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.set(socket, connections);
    connections += 1;
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    get counters() {
      return {
        requests: requests.length,
        bodyBytes: requests.reduce((sum, record) => sum + record.bodyBytes, 0),
        connections,
        openConnections: sockets.size,
      };
    },
    onConnect: (take) => void server.on('connect', (request, _, head) => take(request, request.socket, head)),
    whenRequested: (fits, what = 'a request') => whenSeen(fits, what),
    whenEnded: (fits, what = 'the end of a request') => whenSeen((record) => record.end !== null && fits(record), what),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets.keys()) socket.destroy();
      await closed;
      for (const waiter of waiters) waiter.reject(new Error(`The server closed while a test waited for ${waiter.what}.`));
      waiters.clear();
      if (faults.length > 0) throw faults[0];
    },
  };
}

/** An origin where nobody listens: the port was free a moment ago. */
export async function refusedOrigin(): Promise<string> {
  const server = await startLoopbackServer(() => {});
  await server.close();
  return server.origin;
}

function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  index: number,
  connection: number,
  { announce, carry }: { announce: () => void; carry: (bytes: number) => Promise<void> },
): Exchange {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const record: RequestRecord = {
    index,
    method: request.method ?? 'GET',
    rawPath: mark < 0 ? target : target.slice(0, mark),
    rawQuery: mark < 0 ? '' : target.slice(mark + 1),
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    connection,
    status: null,
    bodyBytes: 0,
    end: null,
  };
  const whenEnded = new Promise<void>((resolve) => {
    response.on('close', () => {
      record.end = response.writableFinished ? 'complete' : 'broken';
      resolve();
      announce();
    });
  });
  response.on('error', () => {});
  return {
    request,
    response,
    record,
    whenEnded,
    head(status, headers) {
      record.status = status;
      response.writeHead(status, headers);
    },
    async send(chunk) {
      if (response.destroyed) return false;
      await carry(chunk.length);
      if (response.destroyed) return false;
      record.bodyBytes += chunk.length;
      if (!response.write(chunk)) {
        await Promise.race([new Promise<void>((resolve) => response.once('drain', resolve)), whenEnded]);
      }
      return !response.destroyed;
    },
    finish: () => {
      response.end();
    },
    reset: () => {
      request.socket.resetAndDestroy();
    },
    hangUp: () => {
      request.socket.destroySoon();
    },
    async body() {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > 1024 * 1024) throw new Error('A request body of more than 1 MiB came to a test server.');
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}
