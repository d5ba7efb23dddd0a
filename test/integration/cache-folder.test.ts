import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { generatedObject } from '../servers/stored-object.ts';
import { got, openTestLibrary, refused, type TestLibrary } from './test-library.ts';

let library: TestLibrary;
let server: HttpServer;
beforeEach(async () => {
  server = await startHttpServer();
  library = await openTestLibrary();
});
afterEach(async () => {
  await library.end();
  await server.close();
});

/** The folder that the next start will look for. */
async function nextFolder(): Promise<string> {
  library = await library.reopen();
  return got(await library.client.cache.details({})).folder;
}

test('an empty cache moves too, tells its progress once, and lies there after the next start', async () => {
  const folder = join(library.place.root, 'other');
  const told: unknown[] = [];
  expect(got(await library.client.cache.move({ folder }, { onProgress: (progress) => told.push(progress) }))).toEqual({
    ...{ folder, files: 0, bytes: 0 },
  });
  expect(told).toEqual([{ done: 0, total: 0 }]);
  expect(await nextFolder()).toBe(folder);
});

test('a move that is stopped once it was accepted is the choice of the next start, and all is still held', async () => {
  const folder = join(library.place.root, 'other');
  const url = server.put('/a.bin', generatedObject(100_000));
  got(await library.client.files.fetch({ urls: [url] }));
  const stop = new AbortController();
  const stopped = await library.client.cache.move({ folder }, { signal: stop.signal, onProgress: () => stop.abort() });
  expect(refused(stopped).cause).toBe('cancelled');
  expect(await nextFolder()).toBe(folder);
  got(await library.client.files.fetch({ urls: [url] }));
  expect(server.counters.requests).toBe(1);
});

test('a move that is refused tells no progress and leaves the settings as they are', async () => {
  const folder = join(library.place.root, 'file');
  writeFileSync(folder, 'mine');
  const told: unknown[] = [];
  const answer = await library.client.cache.move({ folder }, { onProgress: (progress) => told.push(progress) });
  expect(refused(answer).cause).toBe('invalid_input');
  expect([told, readFileSync(folder, 'utf8')]).toEqual([[], 'mine']);
  expect(await nextFolder()).toBe(join(library.place.folder, 'cache'));
});
