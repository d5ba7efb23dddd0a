import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StartHelper } from '../../src-main/media/media.ts';
import { htmlWith200 } from '../servers/faults.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';
import { createMediaRoom, helper, type MediaRoom, said } from './media-room.ts';

let room: MediaRoom;
beforeEach(async () => {
  room = await createMediaRoom();
});
afterEach(() => room.close());

const photo = () => sharp({ create: { width: 800, height: 500, channels: 3, background: '#886644' } });

test('a thumbnail is upright, in sRGB, within 320 pixels, made once and kept', async () => {
  const media = await room.open();
  const side = room.server.put('/side.jpg', storedObject(await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer()));
  const [first, second] = await Promise.all([said(media, side), said(media, side)]);
  expect([first, second]).toEqual(['image/jpeg 200x320 srgb upright', 'image/jpeg 200x320 srgb upright']);
  const asked = room.server.counters.requests;
  expect(await said(media, side)).toBe(first);
  expect(room.server.counters.requests).toBe(asked);
});

test('transparency stays, and small pictures are not blown up', async () => {
  const media = await room.open();
  const path = join(room.folder, 'clear.png');
  await sharp({ create: { width: 30, height: 20, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.4 } } })
    .png()
    .toFile(path);
  expect(await said(media, path)).toBe('image/webp 30x20 srgb upright');
});

test('a local picture that changed gets a new thumbnail', async () => {
  const media = await room.open();
  const path = join(room.folder, 'changing.png');
  await writeFile(
    path,
    await sharp({ create: { width: 30, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  );
  expect(await said(media, path)).toContain('30x20');
  await writeFile(
    path,
    await sharp({ create: { width: 50, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer(),
  );
  expect(await said(media, path)).toContain('50x20');
});

test('what is no picture, too large or damaged says so', async () => {
  const media = await room.open();
  const jpeg = await photo().jpeg().toBuffer();
  const huge = Buffer.concat([jpeg, Buffer.from(generatedObject(26_000_000).slice(0, 26_000_000))]);
  expect([
    await said(media, room.server.put('/page.jpg', storedObject('x'), htmlWith200())),
    await said(media, room.server.put('/text.jpg', storedObject('just text'))),
    await said(media, room.server.put('/sound.wav', storedObject('RIFF....WAVEfmt '))),
    await said(media, room.server.put('/huge.jpg', storedObject(huge))),
    await said(media, room.server.put('/cut.jpg', storedObject(jpeg.subarray(0, 700)))),
    await said(media, room.server.put('/empty.jpg', storedObject(''))),
  ]).toEqual([
    'unsupported: A web page came instead of a picture.',
    'unsupported: A text file cannot be shown.',
    'corrupt: The file is damaged: its header cannot be read.',
    expect.stringMatching(/^too_large: 26 MB is more than the limit of 25 MB for this\.$/),
    'corrupt: The file is damaged: its pixels cannot be decoded.',
    'corrupt: The file is empty.',
  ]);
});

test('a helper that crashes costs one thumbnail; the next is made by a new one', async () => {
  const started: ReturnType<StartHelper>[] = [];
  let crashes = 1;
  const media = await room.open({
    startHelper: () => {
      const child = helper();
      started.push(child);
      if (crashes === 0) return child;
      crashes -= 1;
      return { ...child, send: () => child.kill() };
    },
  });
  const url = room.server.put('/a.jpg', storedObject(await photo().jpeg().toBuffer()));
  expect(await said(media, url)).toBe('corrupt: The file is damaged: its pixels cannot be decoded.');
  expect(await said(media, url, { again: true })).toBe('image/jpeg 320x200 srgb upright');
  expect(started).toHaveLength(2);
});
