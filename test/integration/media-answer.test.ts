import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerMedia } from '../../src-main/hosts/media-answer.ts';
import { noRanges } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { got, openTestLibrary, picture, refused, rowsOf, type TestLibrary, tableOf } from './test-library.ts';

let server: HttpServer;
let library: TestLibrary;
let ids: Record<string, number>;

beforeAll(async () => {
  server = await startHttpServer();
  const rolling = readFileSync(join(import.meta.dirname, '../../assets/sample/rolling.webm'));
  const places = {
    empty: server.put('/empty.mp4', storedObject('')),
    whole: server.put('/whole.webm', storedObject(rolling), noRanges()),
    film: server.put('/film', storedObject(rolling, { etag: '"film"' })),
    photo: server.put('/photo.png', storedObject(await picture(640, 480), { type: 'image/png' })),
    local: join(import.meta.dirname, '../../assets/sample/chord.wav'),
  };
  library = await openTestLibrary({ env: { PATH: '/nowhere', FFMPEG_BIN: '' } });
  await tableOf(library.client, Object.values(places), 'media');
  const rows = await rowsOf(library.client, 'media');
  ids = Object.fromEntries(Object.keys(places).map((name, index) => [name, rows[index]?.cells[0]?.media?.referenceId ?? 0]));
});
afterAll(async () => {
  await library.end();
  server.release();
  await server.close();
});

const idOf = (name: string) => ids[name] ?? 0;

/** The answer in a few words: status, range or cause, type, and how many bytes came. */
async function said(
  path: string,
  { range = null, isHead = false, query = '' }: { range?: string | null; isHead?: boolean; query?: string } = {},
) {
  const request = { path, query, range, isHead, signal: new AbortController().signal };
  const { status, headers, body } = await answerMedia(library.owned.library, request);
  let length = 0;
  if (body instanceof Uint8Array) length = body.length;
  else if (body) for await (const chunk of body) length += chunk.length;
  return [status, headers['Content-Range'] ?? headers['X-Vitrine-Cause'] ?? headers['Content-Length'], headers['Content-Type'], length];
}

test('an empty file is damaged, however it is asked for', async () => {
  const id = idOf('empty');
  for (const path of [`media/${id}`, `thumbnail/${id}/320`, `poster-source/${id}`, `rendition/${id}`]) {
    expect(await said(path, { range: 'bytes=0-' })).toEqual([415, 'corrupt', undefined, 0]);
  }
});

test('a server that knows no ranges is read to the place that a player asks for', async () => {
  const { size } = storedObject(readFileSync(join(import.meta.dirname, '../../assets/sample/rolling.webm')));
  expect(await said(`media/${idOf('whole')}`, { range: 'bytes=1000-1999' })).toEqual([
    206,
    `bytes 1000-1999/${size}`,
    'application/octet-stream',
    1000,
  ]);
});

test('HEAD and the last bytes are answered without a download, and from the copy without asking', async () => {
  const id = idOf('photo');
  const before = server.counters.bodyBytes;
  const [status, length, type] = await said(`media/${id}`, { isHead: true });
  expect([status, type, server.counters.bodyBytes]).toEqual([200, 'image/png', before]);
  await said(`thumbnail/${id}/320`);
  const requests = server.counters.requests;
  expect(await said(`media/${id}`, { range: 'bytes=-10' })).toEqual([
    206,
    `bytes ${Number(length) - 10}-${Number(length) - 1}/${length}`,
    'image/png',
    10,
  ]);
  expect((await said(`media/${id}`, { isHead: true }))[1]).toBe(length);
  expect(server.counters.requests).toBe(requests);
});

test('what the header said on the way to a thumbnail is remembered', async () => {
  const { catalog } = library.owned.library;
  await said(`thumbnail/${idOf('photo')}/128`);
  const [known] = await catalog.references.factsOf([idOf('photo')]);
  expect(known?.facts).toMatchObject({ format: 'png', width: 640, height: 480 });
});

test('without ffmpeg the frame of a film comes by ranges, and what the window made of it is the thumbnail', async () => {
  const id = idOf('film');
  expect(await said(`thumbnail/${id}/320`)).toEqual([415, 'unsupported', undefined, 0]);
  const { files } = library.client;
  expect(got(await files.thumbnailError({ referenceId: id, edge: 320 }))).toEqual({
    drawHere: 'video',
    error: {
      cause: 'unsupported',
      message: 'A picture of a film cannot be made without ffmpeg.',
      next: 'Install ffmpeg, then start again.',
    },
  });
  const [status, length, type] = await said(`poster-source/${id}`);
  expect([status, type]).toEqual([200, 'video/webm']);
  expect(await said(`poster-source/${id}`, { range: 'bytes=0-99' })).toEqual([206, `bytes 0-99/${length}`, 'video/webm', 100]);
  const drawn = await sharp({ create: { width: 640, height: 360, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  const text = refused(await files.putPoster({ referenceId: id, picture: Buffer.from('no picture').toString('base64') }));
  const long = refused(await files.putPoster({ referenceId: id, picture: '/9j/'.repeat(1_500_000) }));
  expect([text.message, long.message]).toEqual(['A poster must be a JPEG or a PNG in base64.', 'A poster may have 4 MB at most.']);
  got(await files.putPoster({ referenceId: id, picture: drawn.toString('base64') }));
  expect((await said(`thumbnail/${id}/320`)).slice(0, 1)).toEqual([200]);
  expect(got(await files.thumbnailError({ referenceId: id, edge: 320 }))).toEqual({ drawHere: null, error: null });
});

test('peaks are made, kept, and taken from the window', async () => {
  const { files } = library.client;
  const made = got(await files.peaks({ referenceId: idOf('local') }));
  expect([made.peaks.length, Math.max(...made.peaks) > 0]).toEqual([1000, true]);
  expect(refused(await files.peaks({ referenceId: idOf('film') })).cause).toBe('unsupported');
  got(await files.putPeaks({ referenceId: idOf('film'), peaks: { peaks: [0.5], duration: 1 } }));
  expect(got(await files.peaks({ referenceId: idOf('film') }))).toEqual({ peaks: [0.5], duration: 1 });
});

test('without ffmpeg a proxy is refused, and the library says that it has none', async () => {
  const id = idOf('film');
  expect(await said(`proxy/${id}`, { query: 'plays=vp9,opus' })).toEqual([415, 'unsupported', undefined, 0]);
  expect(await said(`proxy/${id}`, { isHead: true })).toEqual([200, undefined, undefined, 0]);
  expect(await said(`proxy/${id}/320`)).toEqual([404, undefined, undefined, 0]);
  expect(got(await library.client.library.ffmpeg({}))).toBeNull();
});
