import { randomFillSync } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Probe } from '../../src-main/media/media.ts';
import { storedObject } from '../servers/stored-object.ts';
import { cameraJpeg } from './camera-jpeg.ts';
import { createMediaRoom, look, type MediaRoom, said } from './media-room.ts';

let room: MediaRoom;
beforeEach(async () => {
  room = await createMediaRoom();
});
afterEach(() => room.close());

/** Near a megabyte of noise, so that what was fetched cannot be mistaken. */
const photo = () => sharp(randomFillSync(Buffer.alloc(1200 * 900 * 3)), { raw: { width: 1200, height: 900, channels: 3 } });
/** Red on the left, blue on the right. */
function halves(width: number, height: number): Sharp {
  const right = { create: { width: width / 2, height, channels: 3 as const, background: 'blue' } };
  return sharp({ create: { width, height, channels: 3, background: 'red' } }).composite([{ input: right, left: width / 2, top: 0 }]);
}
const jpeg = (picture: Sharp) => picture.jpeg({ quality: 90 }).toBuffer();

function put(bytes: Uint8Array): { url: string; fetched: () => number } {
  const url = room.server.put('/photo.jpg', storedObject(bytes, { type: 'image/jpeg' }));
  const before = room.server.counters.bodyBytes;
  return { url, fetched: () => room.server.counters.bodyBytes - before };
}

/** The colours of a picture's corners: r, b, or ? */
async function corners(bytes: Uint8Array): Promise<string> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const place = (Math.round(y * (info.height - 1)) * info.width + Math.round(x * (info.width - 1))) * info.channels;
    return (data[place] ?? 0) > 150 ? 'r' : (data[place + 2] ?? 0) > 150 ? 'b' : '?';
  };
  return [at(0.1, 0.1), at(0.9, 0.1), at(0.1, 0.9), at(0.9, 0.9)].join('');
}

test('a thumbnail out of the header costs header bytes alone, and tells what the header says', async () => {
  const media = await room.open();
  const bytes = cameraJpeg(await jpeg(photo()), { orientation: 1, thumbnail: await jpeg(halves(160, 120)) });
  const { url, fetched } = put(bytes);
  const probes: Probe[] = [];
  const { width, height, bytes: made } = await look(media, url, { edge: 128, onProbe: (probe) => probes.push(probe) });
  expect([width, height, await corners(made)]).toEqual([128, 96, 'rbrb']);
  expect(bytes.length).toBeGreaterThan(800_000);
  expect(fetched()).toBeLessThan(32 * 1024);
  expect(probes.map(({ facts }) => `${facts.format} ${facts.width}x${facts.height}`)).toEqual(['jpeg 1200x900']);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('it is turned as the picture is, by orientation %i', async (orientation) => {
  const media = await room.open();
  const preview = await jpeg(halves(160, 120));
  const { url } = put(cameraJpeg(await jpeg(photo()), { orientation, thumbnail: preview }));
  const turned = await sharp(await sharp(preview).withMetadata({ orientation }).jpeg().toBuffer())
    .rotate()
    .toBuffer();
  const { width, height, bytes } = await look(media, url, { edge: 128 });
  expect([width, height, await corners(bytes)]).toEqual([orientation < 5 ? 128 : 96, orientation < 5 ? 96 : 128, await corners(turned)]);
});

test('one with black bars, one that is too small and one that is damaged are passed over for the picture itself', async () => {
  for (const thumbnail of [await jpeg(halves(160, 106)), await jpeg(halves(100, 75)), (await jpeg(halves(160, 120))).subarray(0, 400)]) {
    const media = await room.open();
    const bytes = cameraJpeg(await jpeg(photo()), { orientation: 1, thumbnail });
    const { url, fetched } = put(bytes);
    expect(await said(media, url, { edge: 128 })).toBe('image/jpeg 320x240 srgb upright');
    expect(fetched()).toBe(bytes.length); // what was read before is not fetched again
    await room.close();
    room = await createMediaRoom();
  }
});

test('a larger preview behind the picture serves the larger sizes; a map of depth or gain does not', async () => {
  const thumbnail = await jpeg(halves(160, 120));
  const preview = await jpeg(halves(640, 480));
  const media = await room.open();
  const { url, fetched } = put(cameraJpeg(await jpeg(photo()), { orientation: 6, thumbnail, preview: { bytes: preview, type: 0x010001 } }));
  expect(await said(media, url)).toBe('image/jpeg 240x320 srgb upright');
  expect(fetched()).toBeLessThan(64 * 1024);
  const map = room.server.put(
    '/map.jpg',
    storedObject(cameraJpeg(await jpeg(photo()), { orientation: 1, thumbnail, preview: { bytes: preview, type: 0 } })),
  );
  expect(await corners((await look(media, map)).bytes)).not.toBe('rbrb');
});

test('a preview without a profile is read by that of its picture', async () => {
  const media = await room.open();
  const preview = await sharp({ create: { width: 160, height: 120, channels: 3, background: { r: 234, g: 51, b: 35 } } })
    .jpeg({ quality: 95 })
    .toBuffer();
  const picture = await photo().withIccProfile('p3').jpeg().toBuffer();
  const { url, fetched } = put(cameraJpeg(picture, { orientation: 1, thumbnail: preview }));
  const { bytes } = await look(media, url, { edge: 128 });
  const { dominant } = await sharp(bytes).stats();
  // This is the pure red of sRGB, in the numbers of Display P3.
  expect([dominant.r > 240, dominant.g < 24, dominant.b < 24]).toEqual([true, true, true]);
  expect(fetched()).toBeLessThan(32 * 1024);
});
