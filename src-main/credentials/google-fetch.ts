/** How Google's auth library sends its requests: over connections of ours, so that it takes no proxy from the process by itself. */
import type { Connections } from '../stores/connections.ts';

/** What the library takes as `fetchImplementation`. */
export type GoogleFetch = (...args: Parameters<typeof fetch>) => Promise<Response>;

/** Tokens and signatures are a few kilobytes; what is longer is no answer of Google's. */
const longestAnswer = 1024 * 1024;

/** Makes it. Answers are read whole, at most 1 MiB; redirects are given as they are, since no token endpoint redirects. */
export function createGoogleFetch(connections: Connections): GoogleFetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const answer = await connections.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method === 'POST' ? 'POST' : 'GET',
      headers: Object.fromEntries(request.headers),
      ...(body.length === 0 ? {} : { body }),
      signal: request.signal,
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > longestAnswer) throw new RangeError('The answer of the login is longer than 1 MiB.');
      chunks.push(chunk);
    }
    const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined || name === 'content-length' ? [] : [[name, String(value)]],
    );
    const isEmpty = answer.statusCode === 204 || answer.statusCode === 304;
    return new Response(isEmpty ? null : Buffer.concat(chunks), { status: answer.statusCode, headers });
  };
}
