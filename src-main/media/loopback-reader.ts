/** One file by ranges on loopback, for a program that seeks in it and must reach nothing else. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../src-shared/model/error.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Bytes } from '../cache/bytes.ts';

export interface LoopbackReader {
  /** `http://127.0.0.1:PORT/…`, with a name that nobody guesses. */
  readonly url: string;
  /** The same without a path: given as its proxy, a program that connects to another host arrives here, and is refused. */
  readonly origin: string;
  /** Why a read failed, the first one, or null. */
  failure(): Failure | null;
  /** Ends every read under way. */
  close(): Promise<void>;
}

/** `bytes=START-` or `bytes=START-END`, which is all that is asked for; `end` is exclusive. */
function rangeOf(header: string | undefined): { start: number; end: number | null } {
  const [, start = '0', last = ''] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  return { start: Number(start), end: last === '' ? null : Number(last) + 1 };
}

/** Reads are those of somebody who looks. A later part is of the file whose first part was read, or a failure. */
export async function openLoopbackReader(bytes: Pick<Bytes, 'stream'>, reference: Reference): Promise<LoopbackReader> {
  const path = `/${randomBytes(24).toString('base64url')}`;
  const open = new Set<AbortController>();
  let failure: Failure | null = null;
  let etag: string | null = null;
  let origin = '';

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    // As a proxy it is asked for whole addresses.
    const asked = (request.url ?? '').startsWith(origin) ? (request.url ?? '').slice(origin.length) : request.url;
    if (asked !== path || request.method !== 'GET') {
      response.writeHead(403).end();
      return;
    }
    const range = rangeOf(request.headers.range);
    const { size, remote, body, start } = await bytes.stream(reference, {
      ...{ range, signal, priority: 'visible' },
      ...(etag === null ? {} : { ifMatch: etag }),
    });
    etag ??= remote.etag;
    if (size !== null && range.start >= size) {
      response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
      return;
    }
    if (size === null) response.writeHead(200);
    else {
      const end = Math.min(range.end ?? size, size);
      response.writeHead(206, { 'Content-Range': `bytes ${start}-${end - 1}/${size}`, 'Content-Length': String(end - start) });
    }
    await pipeline(Readable.from(body, { highWaterMark: 1 }), response, { signal });
  }

  const server = createServer((request, response) => {
    const gone = new AbortController();
    open.add(gone);
    response.on('close', () => {
      gone.abort();
      open.delete(gone);
    });
    answer(request, response, gone.signal).catch((thrown: unknown) => {
      if (thrown instanceof Failure && !gone.signal.aborted) failure ??= thrown;
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}${path}`,
    origin,
    failure: () => failure,
    async close() {
      for (const gone of open) gone.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
