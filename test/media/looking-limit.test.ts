import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { LookingFetch } from '../../src-shared/model/thumbnail.ts';
import { never, referenceOf } from '../cache/cache-room.ts';
import { storedObject } from '../servers/stored-object.ts';
import { cameraJpeg } from './camera-jpeg.ts';
import { createMediaRoom, type MediaRoom, said, sentenceOf } from './media-room.ts';

let room: MediaRoom;
let setting: LookingFetch;
beforeEach(async () => {
  room = await createMediaRoom();
  setting = 'as_needed';
});
afterEach(() => room.close());

const open = () => room.open({ findFfmpeg: async () => null, lookingFetches: () => setting });
const noise = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'grey', noise: { type: 'gaussian', mean: 128, sigma: 40 } } });
const known: RemoteFacts = { size: 84_000_000, type: null, etag: '"1"', modified: null, storageClass: null };

/** What came of it, and how much was asked for on the way. */
async function cost(work: () => Promise<string>): Promise<[words: string, requests: number, bytes: number]> {
  const { requests, bodyBytes } = room.server.counters;
  const words = await work();
  return [words, room.server.counters.requests - requests, room.server.counters.bodyBytes - bodyBytes];
}

test('only when asked: looking fetches nothing and says so with the size, a press fetches, and then it is kept', async () => {
  setting = 'when_asked';
  const media = await open();
  const url = room.server.put('/photo.png', storedObject(await noise(400, 300).png().toBuffer(), { etag: '"1"' }));
  const waits = 'too_large: Not fetched: looking fetches only when asked.';
  expect(await cost(() => said(media, url, { known }))).toEqual([waits, 0, 0]);
  expect(media.thumbnailFailure(referenceOf(url), 320)?.error.details).toEqual({ waits: true, bytes: 84_000_000 });
  expect(await cost(() => media.peaks(referenceOf(url), { known, signal: never, priority: 'visible' }).then(String, sentenceOf))).toEqual([
    waits,
    0,
    0,
  ]);
  const picture = 'image/jpeg 320x240 srgb upright';
  const [came, requests] = await cost(() => said(media, url, { known, isAsked: true }));
  expect([came, requests > 0]).toEqual([picture, true]);
  await media.close();
  expect(await cost(() => open().then((again) => said(again, url, { known })))).toEqual([picture, 0, 0]);
});

test('header bytes only: an embedded preview comes, a whole file does not, and it is not asked for twice', async () => {
  setting = 'header_bytes';
  const media = await open();
  const preview = await noise(480, 320).jpeg({ quality: 40 }).toBuffer();
  const photo = await noise(3000, 2000).jpeg().toBuffer();
  const camera = room.server.put('/camera.jpg', storedObject(cameraJpeg(photo, { orientation: 1, thumbnail: preview })));
  const plain = room.server.put('/plain.jpg', storedObject(photo));
  const [came, , bytes] = await cost(() => said(media, camera));
  expect(came).toBe('image/jpeg 320x213 srgb upright');
  expect(bytes / photo.length).toBeLessThan(0.1);
  const waits = 'too_large: Not fetched: looking fetches header bytes only.';
  const [left, , header] = await cost(() => said(media, plain));
  expect(left).toBe(waits);
  expect(header / photo.length).toBeLessThan(0.05);
  console.info(`of ${photo.length} bytes: ${bytes} for an embedded preview, ${header} for a header that says the size`);
  expect(media.thumbnailFailure(referenceOf(plain), 320)?.error.details?.bytes).toBe(photo.length);
  expect(await cost(() => said(media, plain))).toEqual([waits, 0, 0]);
  setting = 'as_needed';
  expect(await said(media, plain)).toBe('image/jpeg 320x213 srgb upright');
});

test('header bytes only: a film gives one frame by ranges, a sound no peaks', async () => {
  setting = 'header_bytes';
  const media = await open();
  const sample = (name: string) => storedObject(readFileSync(join(import.meta.dirname, '../../assets/sample', name)));
  const film = room.server.put('/rolling.webm', sample('rolling.webm'));
  const sound = room.server.put('/chord.wav', sample('chord.wav'));
  expect(await said(media, film)).toBe('unsupported: A picture of a film cannot be made without ffmpeg.');
  expect(media.thumbnailFailure(referenceOf(film), 320)?.drawHere).toBe('video');
  const peaks = (isAsked: boolean) =>
    media
      .peaks(referenceOf(sound), { known: null, isAsked, signal: never, priority: 'visible' })
      .then(({ duration }) => `${duration !== null}`, sentenceOf);
  expect([await peaks(false), await peaks(true)]).toEqual(['too_large: Not fetched: looking fetches header bytes only.', 'true']);
});

test('what lies in an archive, or is paid for by who reads it, waits whatever the setting is', async () => {
  const media = await room.open({ isPaidFor: ({ canonical }) => canonical.endsWith('/paid.png') });
  const body = storedObject(await noise(40, 30).png().toBuffer());
  const [frozen, paid, told] = ['/frozen.png', '/paid.png', '/told.png'].map((path) => room.server.put(path, body));
  const knownError = { cause: 'requester_pays', message: 'Whoever reads this bucket pays for it.', next: null } as const;
  const lines = [
    await said(media, frozen ?? '', { known: { ...known, storageClass: 'DEEP_ARCHIVE' } }),
    await said(media, paid ?? ''),
    await said(media, told ?? '', { knownError }),
  ];
  expect(lines).toEqual([
    'archived: Not fetched: the file lies in an archive.',
    'requester_pays: Not fetched: whoever reads this bucket pays for it.',
    'requester_pays: Not fetched: whoever reads this bucket pays for it.',
  ]);
  expect(room.server.counters.requests).toBe(0);
  expect(await said(media, paid ?? '', { isAsked: true })).toBe('image/jpeg 40x30 srgb upright');
});

test('where a larger thumbnail may not be made, the smaller one that is kept is shown', async () => {
  const media = await open();
  const url = room.server.put('/photo.png', storedObject(await noise(2000, 1000).png().toBuffer(), { etag: '"1"' }));
  expect(await said(media, url, { known })).toBe('image/jpeg 320x160 srgb upright');
  await media.close();
  const cold = await createMediaRoom();
  try {
    setting = 'when_asked';
    const other = await cold.open({ thumbnails: room.thumbnails, lookingFetches: () => setting });
    expect(await cost(() => said(other, url, { known, edge: 1024 }))).toEqual(['image/jpeg 320x160 srgb upright', 0, 0]);
  } finally {
    await cold.close();
  }
});
