/** The two addresses inside the app: `vitrine-app://ui/…` is the page, `vitrine-media://m/…` are thumbnails and media by opaque id. */
import { protocol, type Session } from 'electron';
import type { Library } from '../../library.ts';
import { readStaticFile } from '../browser/static-files.ts';
import { contentSecurityPolicy } from '../content-security-policy.ts';
import { answerMedia } from '../media-answer.ts';

/** Where the page is; compared by protocol and host, since the origin of such an address is `null` to Node's URL. */
export const pageOrigin = 'vitrine-app://ui';

/**
 * Must run before `ready`, once. `stream` is what makes players ask for ranges: https://github.com/electron/electron/issues/22955
 * Media are another origin; that and the headers below let the page read the pixels of a film, to keep a poster that it drew.
 */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'vitrine-app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    { scheme: 'vitrine-media', privileges: { standard: true, secure: true, stream: true, supportFetchAPI: true, corsEnabled: true } },
  ]);
}

const pageHeaders = {
  'Content-Security-Policy': contentSecurityPolicy('vitrine-media:'),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** For our page alone: no other page can name the scheme, and none but ours reads an answer. */
const mediaHeaders = {
  'Access-Control-Allow-Origin': pageOrigin,
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Range, X-Vitrine-Cause',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** Serves both schemes in this session. */
export function serveSchemes(session: Session, library: Library): void {
  session.protocol.handle('vitrine-app', async (request) => {
    const url = new URL(request.url);
    const file = url.host === 'ui' && request.method === 'GET' ? await readStaticFile(library.installation.renderer, url.pathname) : null;
    if (!file) return new Response(null, { status: 404, headers: pageHeaders });
    return new Response(new Uint8Array(file.bytes), { headers: { ...pageHeaders, 'Content-Type': file.type } });
  });
  session.protocol.handle('vitrine-media', async (request) => {
    const url = new URL(request.url);
    const gone = new AbortController();
    const answer = await answerMedia(library, {
      path: url.host === 'm' ? url.pathname.slice(1) : '',
      query: url.search.slice(1),
      isHead: request.method === 'HEAD',
      range: request.headers.get('range'),
      signal: gone.signal,
    });
    const { status, body } = answer;
    const headers = { ...answer.headers, ...mediaHeaders };
    if (body === null || request.method === 'HEAD') {
      gone.abort();
      return new Response(null, { status, headers });
    }
    if (body instanceof Uint8Array) return new Response(new Uint8Array(body), { status, headers });
    return new Response(pulled(body, gone), { status, headers });
  });
}

/**
 * A stream that reads only when it is asked and stops upstream when it is left. Electron's requests never fire their signal: a seek
 * or a closed player is seen as `cancel` alone, and without the high-water mark of 0 one read would begin before anybody asks.
 */
function pulled(body: AsyncIterable<Uint8Array>, gone: AbortController): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await chunks.next();
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        } catch (thrown) {
          controller.error(thrown);
        }
      },
      async cancel() {
        gone.abort();
        await chunks.return?.().catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
