import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { thumbnailEdges } from '../../src-shared/model/thumbnail.ts';
import { never, referenceOf } from '../cache/cache-room.ts';
import { stalls, status } from '../servers/faults.ts';
import { storedObject } from '../servers/stored-object.ts';
import { createMediaRoom, look, type MediaRoom, said, sentenceOf } from './media-room.ts';

let room: MediaRoom;
beforeEach(async () => {
  room = await createMediaRoom();
});
afterEach(() => room.close());

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#886644' } })
    .png()
    .toBuffer();
const requests = () => room.server.counters.requests;

test('each size is made once, a larger one answers for the smaller, and a small picture for all', async () => {
  const media = await room.open();
  const url = room.server.put('/large.png', storedObject(await picture(1500, 1200)));
  const seen: string[] = [];
  for (const edge of [128, 320, 1024, 128] as const) {
    const before = requests();
    const { width } = await look(media, url, { edge });
    seen.push(`${edge}: ${width} ${requests() === before ? 'kept' : 'asked'}`);
  }
  // The whole picture that the first one needed is in the cache by then; its header is read from there.
  expect(seen).toEqual(['128: 320 asked', '320: 320 kept', '1024: 1024 kept', '128: 320 kept']);
  const small = room.server.put('/small.png', storedObject(await picture(30, 20)));
  await look(media, small, { edge: 128 });
  const stored = room.thumbnails.get(referenceOf(small).canonical, null, 1024);
  expect((await stored)?.width).toBe(30);
});

test('one of an older state of the file is not shown once the change is known, and goes', async () => {
  const bytes = await room.cache.open();
  const media = await room.open({ bytes });
  const remote = { size: null, type: null, modified: null, storageClass: null };
  const url = room.server.put('/a.png', storedObject(await picture(400, 400), { etag: '"one"' }));
  await look(media, url, { edge: 1024 });
  const { canonical } = referenceOf(url);
  expect((await room.thumbnails.get(canonical, '"one"', 1024))?.width).toBe(400);
  expect((await look(media, url, { known: { ...remote, etag: '"one"' } })).width).toBe(400);
  room.server.put('/a.png', storedObject(await picture(200, 200), { etag: '"two"' }));
  await bytes.clear({ kind: 'all' });
  expect((await look(media, url, { known: { ...remote, etag: '"two"' } })).width).toBe(200);
  expect(await room.thumbnails.get(canonical, '"one"', 320)).toBeNull();
});

test('failures are remembered until somebody asks again, or until a passing cause may have passed', async () => {
  let now = 1_000_000;
  const media = await room.open({ now: () => now });
  const broken = room.server.put('/broken.jpg', storedObject('hello, text'));
  const busy = room.server.put('/busy.png', storedObject(await picture(30, 20)), status(500));
  const first = [await said(media, broken), await said(media, busy)];
  const asked = requests();
  expect([await said(media, broken), await said(media, busy), requests()]).toEqual([...first, asked]);
  expect(first).toEqual(['unsupported: A text file cannot be shown.', expect.stringMatching(/^server_error: /)]);
  expect(media.thumbnailFailure(referenceOf(broken), 320)?.error.cause).toBe('unsupported');
  expect(media.thumbnailFailure(referenceOf(broken), 128)).toBeNull();
  await said(media, busy, { again: true });
  expect(requests()).toBeGreaterThan(asked);
  now += 5 * 60 * 1000;
  room.server.put('/busy.png', storedObject(await picture(30, 20)));
  const later = requests();
  expect(await said(media, broken)).toBe(first[0]);
  expect(requests()).toBe(later);
  expect(await said(media, busy)).toContain('30x20');
});

test('a picture that is too large to be fetched unasked says how large, and is shown once it was fetched', async () => {
  const cache = await room.cache.open({ limit: 200_000_000 });
  const media = await room.open({ bytes: cache });
  const bytes = Buffer.concat([await picture(64, 48), Buffer.alloc(26_000_000)]);
  const url = room.server.put('/huge.png', storedObject(bytes));
  expect(await said(media, url)).toBe('too_large: 26 MB is more than the limit of 25 MB for this.');
  expect(media.thumbnailFailure(referenceOf(url), 320)?.error.details?.bytes).toBe(bytes.length);
  expect(room.server.counters.bodyBytes).toBeLessThan(100_000);
  (await cache.fetch(referenceOf(url), { signal: never, priority: 'asked', isExplicit: true })).release();
  expect(await said(media, url)).toBe('image/jpeg 64x48 srgb upright');
});

test('a tile that leaves stops what it asked for at once, and that is no failure', async () => {
  const media = await room.open();
  const url = room.server.put(
    '/slow.png',
    storedObject(Buffer.concat([await picture(64, 48), Buffer.alloc(500_000)])),
    stalls({ afterBytes: 2_000 }),
  );
  const gone = new AbortController();
  const asked = look(media, url, { signal: gone.signal }).then(() => 'came', sentenceOf);
  await room.server.whenRequested(({ rawPath }) => rawPath === '/slow.png', 'the thumbnail');
  gone.abort();
  expect(await asked).toBe('cancelled: Stopped by you.');
  expect((await room.server.whenEnded(({ rawPath }) => rawPath === '/slow.png')).end).toBe('broken');
  expect(media.thumbnailFailure(referenceOf(url), 320)).toBeNull();
});

test('a drawing is drawn at the size of its tile, and nothing that it names is fetched or read', async () => {
  const media = await room.open();
  const outside = room.server.put('/outside.png', storedObject(await picture(10, 10)));
  const secret = `file://${room.folder}/thumbnails.sqlite`;
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="10">
    <image xlink:href="${outside}" width="10" height="10"/><image href="${secret}" width="10" height="10"/><script>alert(1)</script>
    <rect width="20" height="10" fill="green"/></svg>`;
  const url = room.server.put('/drawing.svg', storedObject(drawing, { type: 'image/svg+xml' }));
  expect(await said(media, url)).toBe('image/webp 320x160 srgb upright');
  expect(room.server.requests.filter(({ rawPath }) => rawPath === '/outside.png')).toEqual([]);
});

test('a rendition is a picture that a page can show, at most 4096 pixels, made of the whole and not kept', async () => {
  const media = await room.open();
  const tiff = await sharp({ create: { width: 5000, height: 1000, channels: 3, background: '#224466' } })
    .tiff({ compression: 'lzw' })
    .toBuffer();
  const url = room.server.put('/scan.tif', storedObject(tiff));
  const asking = { signal: never, priority: 'visible' } as const;
  const { mime, width, height } = await media.rendition(referenceOf(url), asking);
  expect([mime, width, height]).toEqual(['image/jpeg', 4096, 819]);
  for (const edge of thumbnailEdges) expect(await room.thumbnails.get(referenceOf(url).canonical, null, edge)).toBeNull();
  const sound = room.server.put('/a.wav', storedObject(readFileSync('assets/sample/chord.wav')));
  expect(await media.rendition(referenceOf(sound), asking).then(String, sentenceOf)).toBe('unsupported: Only a picture has a rendition.');
});
