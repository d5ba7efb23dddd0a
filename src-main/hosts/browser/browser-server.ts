/** The app on 127.0.0.1 for a browser: the page, calls, events and media, for whoever has the token. */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod/mini';
import type { Caller, ToClient } from '../../../src-shared/contract/contract.ts';
import { Failure, fail } from '../../../src-shared/model/error.ts';
import { contentSecurityPolicy } from '../content-security-policy.ts';
import type { OwnedLibrary } from '../local-socket/open-owned.ts';
import { answerMedia, isMediaPath } from '../media-answer.ts';
import { eventMessage } from '../wire.ts';
import { cookieName, decideAccess } from './access.ts';
import { readStaticFile } from './static-files.ts';

/** Calls carry addresses, pasted lists and dropped ones up to 64 MB, which JSON lengthens; more than this is a file's job. */
const longestCall = 192 * 1024 * 1024;
/** A comment line on the event stream, so that proxies and tunnels keep it open. In milliseconds. */
const keepAliveMs = 20_000;

const CallBody = z.object({ id: z.int(), name: z.string(), input: z.unknown() });

/** Who calls through the browser. */
export const browserCaller: Caller = {
  name: 'browser',
  capabilities: { dragOut: false, revealInFolder: false, openFile: false, nativeMenu: false, filePaths: false, mediaBase: '/' },
};

export interface BrowserServer {
  /** `http://127.0.0.1:PORT/?token=…`; whoever has it may use the library. */
  readonly address: string;
  close(): Promise<void>;
}

const pageHeaders = {
  'Content-Security-Policy': contentSecurityPolicy("'self'"),
  'X-Content-Type-Options': 'nosniff',
  // Not no-referrer: Chromium would then name no origin with a call.
  'Referrer-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * Serves an owned library. `port` 0 takes a free one.
 * @throws Failure `invalid_input` when the port is taken
 */
export async function startBrowserServer(owned: OwnedLibrary, options: { port: number }): Promise<BrowserServer> {
  const token = randomBytes(24).toString('base64url');
  const session = randomBytes(24).toString('base64url');
  const open = new Set<AbortController>();
  let port = options.port;

  const server = createServer((request, response) => {
    const gone = new AbortController();
    open.add(gone);
    response.on('close', () => {
      gone.abort();
      open.delete(gone);
    });
    answer(request, response, gone.signal).catch((thrown: unknown) => {
      // A body that broke off is told by its end alone: its head has left.
      if (!gone.signal.aborted && !(thrown instanceof Failure)) owned.library.log.bug('a request could not be answered', thrown);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    const header = (name: string) => (Array.isArray(request.headers[name]) ? request.headers[name][0] : request.headers[name]);
    const access = decideAccess(
      {
        method: request.method ?? 'GET',
        host: request.headers.host,
        origin: request.headers.origin,
        fetchSite: header('sec-fetch-site'),
        cookie: request.headers.cookie,
        token: path === '/' ? new URLSearchParams(query).get('token') : null,
      },
      { port, token, session },
    );
    if (!access.allowed) {
      owned.library.log.warn('a request was refused', { reason: access.reason, path });
      response.writeHead(403, { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(`Vitrine refuses this request: ${access.reason}. Open the address that Vitrine printed.\n`);
      return;
    }
    if (access.isNew) return welcome(response);
    if (path === '/api/call' && request.method === 'POST') return call(request, response, signal);
    if (path === '/api/events' && request.method === 'GET') return events(response, signal);
    if (isMediaPath(path)) return media(request, response, { path: path.slice(1), query }, signal);
    const file =
      request.method === 'GET' || request.method === 'HEAD' ? await readStaticFile(owned.library.installation.renderer, path) : null;
    if (!file) {
      response.writeHead(404, pageHeaders).end();
      return;
    }
    response.writeHead(200, {
      ...pageHeaders,
      'Content-Type': file.type,
      'Cache-Control': file.isImmutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    });
    response.end(request.method === 'HEAD' ? undefined : file.bytes);
  }

  /** The token becomes a cookie. A page that moves on by itself, not a redirect: after a click on another site a redirect would come without the strict cookie. */
  function welcome(response: ServerResponse): void {
    response.writeHead(200, {
      ...pageHeaders,
      'Content-Type': 'text/html; charset=utf-8',
      'Set-Cookie': `${cookieName(port)}=${session}; HttpOnly; SameSite=Strict; Path=/`,
      'Cache-Control': 'no-store',
      Refresh: '0; url=/',
    });
    response.end('<!doctype html><title>Vitrine</title>');
  }

  async function call(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const send = (message: ToClient) => response.write(`${JSON.stringify(message)}\n`);
    const body = CallBody.safeParse(await readJson(request));
    response.writeHead(200, { ...pageHeaders, 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' });
    response.flushHeaders();
    if (!body.success) {
      send({ type: 'answer', id: 0, outcome: { ok: false, error: fail('invalid_input', { message: 'This is not a call.' }).error } });
      response.end();
      return;
    }
    const { id, name, input } = body.data;
    const outcome = await owned.dispatch({
      name,
      input,
      signal,
      caller: browserCaller,
      report: (progress) => send({ type: 'progress', id, progress }),
    });
    if (!signal.aborted) response.end(`${JSON.stringify({ type: 'answer', id, outcome } satisfies ToClient)}\n`);
  }

  async function events(response: ServerResponse, signal: AbortSignal): Promise<void> {
    response.writeHead(200, { ...pageHeaders, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': hello\n\n');
    const end = owned.events.subscribe((event) => response.write(`data: ${JSON.stringify(eventMessage(event))}\n\n`));
    const keepAlive = setInterval(() => response.write(': here\n\n'), keepAliveMs);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    clearInterval(keepAlive);
    end();
  }

  async function media(
    request: IncomingMessage,
    response: ServerResponse,
    { path, query }: { path: string; query: string },
    signal: AbortSignal,
  ): Promise<void> {
    const { status, headers, body } = await answerMedia(owned.library, {
      ...{ path, query, signal, isHead: request.method === 'HEAD' },
      range: request.headers.range ?? null,
    });
    response.writeHead(status, headers);
    if (body === null || request.method === 'HEAD') response.end();
    else if (body instanceof Uint8Array) response.end(body);
    else
      await pipeline(Readable.from(body, { highWaterMark: 1 }), response, { signal }).catch((thrown: unknown) => {
        if (!signal.aborted) throw thrown;
      });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? fail('invalid_input', { message: `Port ${options.port} is taken.`, next: 'Choose another with --port, or leave it out.' })
          : error,
      );
    });
    server.listen(options.port, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
  return {
    address: `http://127.0.0.1:${port}/?token=${token}`,
    async close() {
      for (const gone of open) gone.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The body as JSON, or undefined where it is none or too long. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestCall) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}
