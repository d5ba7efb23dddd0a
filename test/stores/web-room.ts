/** A web store over a loopback server; what a test opens is closed by `close`. */
import { createHttpStore, type HttpStore } from '../../src-main/stores/http.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import type { ReadAnswer, ReadOptions } from '../../src-main/stores/store.ts';
import { errorOf } from '../../src-shared/model/error.ts';
import type { CanonicalUrl, WebReference } from '../../src-shared/reference/reference.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';

export interface WebRoom {
  readonly server: HttpServer;
  readonly store: HttpStore;
  readonly abort: AbortController;
  /** What the store said of its traffic. */
  readonly metered: { requests: number; bytes: number };
  /** Reads the range, or the whole where it is null. */
  read(url: string, range?: readonly [number, number | null] | null, more?: Partial<ReadOptions>): Promise<ReadAnswer>;
  close(): Promise<void>;
}

/** @param silenceMs how long the store bears silence */
export async function openWebRoom(silenceMs = 20_000): Promise<WebRoom> {
  const server = await startHttpServer();
  const metered = { requests: 0, bytes: 0 };
  const abort = new AbortController();
  const store = createHttpStore({
    userAgent: 'Vitrine/test',
    guard: createNetworkGuard({ allowedHosts: () => ['127.0.0.1'] }),
    meter: {
      requestSent: () => {
        metered.requests += 1;
      },
      bytesReceived: (_, count) => {
        metered.bytes += count;
      },
    },
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    random: () => 0.5,
    sleep: async () => {},
    timeouts: { connectMs: 5000, silenceMs },
  });
  return {
    server,
    store,
    abort,
    metered,
    read: (url, range = null, more = {}) =>
      store.read(webReference(url), {
        range: range === null ? null : { start: range[0], end: range[1] },
        signal: abort.signal,
        ...more,
      }),
    async close() {
      await store.close();
      await server.close();
    },
  };
}

/** A reference to an address, as the parser would make it. */
export function webReference(url: string): WebReference {
  return { scheme: 'http', canonical: url as CanonicalUrl, url, host: new URL(url).host };
}

/**
 * What a reader gets, in a line: where the bytes begin, the bytes, and how it ended where it did not end well. The server's port is left out.
 */
export async function outcomeLine(reading: Promise<ReadAnswer>): Promise<string> {
  const parts: string[] = [];
  try {
    const answer = await reading;
    parts.push(`${answer.start}/${answer.size}`);
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of answer.body) chunks.push(chunk);
    } finally {
      const text = Buffer.concat(chunks).toString('utf8');
      if (text !== '') parts.push(text);
    }
  } catch (thrown) {
    const { cause, message } = errorOf(thrown);
    parts.push(`${cause}: ${message.replace(/127\.0\.0\.1:\d+/, 'HOST')}`);
  }
  return parts.join(' ');
}
