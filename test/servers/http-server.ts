/** A web server for tests: objects under paths, with faults by name. */
import { answerObject, short } from './answer-object.ts';
import { type Fault, takeFaults } from './faults.ts';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import type { StoredObject } from './stored-object.ts';

export interface HttpServer extends LoopbackServer {
  /** Serves an object at a path (begins with `/`, percent-encoded, no query; queries are ignored) and returns its URL. Replaces what was there. */
  put(path: string, object: StoredObject, ...faults: Fault[]): string;
  /** Orders more faults for a path that is served. */
  spoil(path: string, ...faults: Fault[]): void;
  remove(path: string): void;
  /** Lets all stalled answers, and those that would stall, go on. */
  release(): void;
  url(path: string): string;
}

/** Starts a web server on loopback. Everything that was not put there is 404. `headers` go with each answer, for instance CORS or Date. */
export async function startHttpServer(options: { readonly headers?: Record<string, string> } = {}): Promise<HttpServer> {
  const places = new Map<string, { object: StoredObject; faults: Fault[] }>();
  const released = Promise.withResolvers<void>();
  const server = await startLoopbackServer(async (exchange) => {
    const { method, rawPath } = exchange.record;
    const place = places.get(rawPath);
    const extra = options.headers ?? {};
    if (!place) return short(exchange, 404, { ...extra, 'content-type': 'text/html' }, '<h1>Not found</h1>\n');
    if (method !== 'GET' && method !== 'HEAD') return short(exchange, 405, { ...extra, allow: 'GET, HEAD' }, '');
    await answerObject(exchange, place.object, { faults: takeFaults(place.faults), whenReleased: released.promise, extra });
  });
  const url = (path: string) => `${server.origin}${path}`;
  return Object.assign(server, {
    url,
    put(path: string, object: StoredObject, ...faults: Fault[]) {
      places.set(path, { object, faults });
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
