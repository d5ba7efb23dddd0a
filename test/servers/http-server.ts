/** A web server for tests: objects under paths, with faults by name. */
import { answerObject, short } from './answer-object.ts';
import { type Fault, takeFaults } from './faults.ts';
import { type LoopbackServer, type Pace, type RequestRecord, startLoopbackServer } from './loopback-server.ts';
import type { StoredObject } from './stored-object.ts';

/** What one answer is about, and what goes wrong with it. */
export interface Served {
  readonly object: StoredObject;
  readonly faults: readonly Fault[];
}

export interface HttpServer extends LoopbackServer {
  /** Serves an object at a path (begins with `/`, percent-encoded, no query; queries are ignored) and returns its URL. Replaces what was there. */
  put(path: string, object: StoredObject, ...faults: Fault[]): string;
  /** Serves at a path what `next` says, asked anew for each answer, and returns its URL. Replaces what was there. */
  serve(path: string, next: (record: RequestRecord) => Served): string;
  /** Orders more faults for a path that is served. */
  spoil(path: string, ...faults: Fault[]): void;
  remove(path: string): void;
  /** Lets all stalled answers, and those that would stall, go on. */
  release(): void;
  url(path: string): string;
}

/**
 * Starts a web server on loopback. Everything that was not put there is 404. `headers` go with each answer, for instance CORS or Date.
 * `pace` makes it slow.
 */
export async function startHttpServer(
  options: { readonly headers?: Record<string, string>; readonly pace?: Pace } = {},
): Promise<HttpServer> {
  const places = new Map<string, { next: (record: RequestRecord) => Served; faults: Fault[] }>();
  const released = Promise.withResolvers<void>();
  const server = await startLoopbackServer(async (exchange) => {
    const { method, rawPath } = exchange.record;
    const place = places.get(rawPath);
    const extra = options.headers ?? {};
    if (!place) return short(exchange, 404, { ...extra, 'content-type': 'text/html' }, '<h1>Not found</h1>\n');
    if (method !== 'GET' && method !== 'HEAD') return short(exchange, 405, { ...extra, allow: 'GET, HEAD' }, '');
    const { object, faults } = place.next(exchange.record);
    await answerObject(exchange, object, { faults: [...faults, ...takeFaults(place.faults)], whenReleased: released.promise, extra });
  }, options.pace);
  const url = (path: string) => `${server.origin}${path}`;
  return Object.assign(server, {
    url,
    put(path: string, object: StoredObject, ...faults: Fault[]) {
      places.set(path, { next: () => ({ object, faults: [] }), faults });
      return url(path);
    },
    serve(path: string, next: (record: RequestRecord) => Served) {
      places.set(path, { next, faults: [] });
      return url(path);
    },
    spoil(path: string, ...faults: Fault[]) {
      const place = places.get(path);
      if (!place) throw new Error(`Nothing is served at ${path}.`);
      place.faults.push(...faults);
    },
    remove(path: string) {
      places.delete(path);
    },
    release: () => released.resolve(),
  });
}
