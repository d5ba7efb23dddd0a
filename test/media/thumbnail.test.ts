import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CatalogThumbnails } from '../../src-main/catalog/catalog.ts';
import { createMedia } from '../../src-main/media/create-media.ts';
import type { Media, StartHelper } from '../../src-main/media/media.ts';
import { startChild } from '../../src-main/media/start-child.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { type CacheRoom, createCacheRoom, never, referenceOf } from '../cache/cache-room.ts';
import { htmlWith200 } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';

let server: HttpServer;
let room: CacheRoom;
let folder: string;
const opened: Media[] = [];

beforeEach(async () => {
  server = await startHttpServer();
  room = await createCacheRoom();
  folder = await mkdtemp(join(tmpdir(), 'vitrine-thumbnail-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((media) => media.close()));
  await room.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

type Stored = Parameters<CatalogThumbnails['put']>[3];
function memoryThumbnails(): CatalogThumbnails {
  const rows = new Map<string, Stored>();
  return {
    get: async (canonical, validator, edge) => rows.get(`${canonical} ${validator} ${edge}`) ?? null,
    put: async (canonical, validator, edge, thumbnail) => {
      rows.set(`${canonical} ${validator} ${edge}`, thumbnail);
    },
  };
}

const helper = startChild({ node: process.execPath, script: join(import.meta.dirname, '../../src-main/media/decode-helper.ts') });

async function openMedia(startHelper: StartHelper = helper): Promise<Media> {
  const media = createMedia({ bytes: await room.open(), thumbnails: memoryThumbnails(), startHelper, helpers: 1 });
  opened.push(media);
  return media;
}

const options = { edge: 320, signal: never, priority: 'visible' } as const;

async function said(media: Media, address: string): Promise<string> {
  try {
    const { mime, width, height, bytes } = await media.thumbnail(referenceOf(address), options);
    const { space, orientation } = await sharp(bytes).metadata();
    return `${mime} ${width}x${height} ${space} ${orientation ?? 'upright'}`;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.error.cause}: ${thrown.error.message}`;
  }
}

const photo = () => sharp({ create: { width: 800, height: 500, channels: 3, background: '#886644' } });

test('a thumbnail is upright, in sRGB, within 320 pixels, made once and kept', async () => {
  const media = await openMedia();
  const side = server.put('/side.jpg', storedObject(await photo().withMetadata({ orientation: 6 }).jpeg().toBuffer()));
  const [first, second] = await Promise.all([said(media, side), said(media, side)]);
  expect([first, second]).toEqual(['image/jpeg 200x320 srgb upright', 'image/jpeg 200x320 srgb upright']);
  const asked = server.counters.requests;
  expect(await said(media, side)).toBe(first);
  expect(server.counters.requests).toBe(asked);
});

test('transparency stays, and small pictures are not blown up', async () => {
  const media = await openMedia();
  const path = join(folder, 'clear.png');
  await sharp({ create: { width: 30, height: 20, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.4 } } })
    .png()
    .toFile(path);
  expect(await said(media, path)).toBe('image/webp 30x20 srgb upright');
});

test('a local picture that changed gets a new thumbnail', async () => {
  const media = await openMedia();
  const path = join(folder, 'changing.png');
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
  const media = await openMedia();
  const jpeg = await photo().jpeg().toBuffer();
  const huge = Buffer.concat([jpeg, Buffer.from(generatedObject(26_000_000).slice(0, 26_000_000))]);
  expect([
    await said(media, server.put('/page.jpg', storedObject('x'), htmlWith200())),
    await said(media, server.put('/text.jpg', storedObject('just text'))),
    await said(media, server.put('/sound.wav', storedObject('RIFF....WAVEfmt '))),
    await said(media, server.put('/huge.jpg', storedObject(huge))),
    await said(media, server.put('/cut.jpg', storedObject(jpeg.subarray(0, 700)))),
    await said(media, server.put('/empty.jpg', storedObject(''))),
  ]).toEqual([
    'unsupported: A web page came instead of a picture.',
    'unsupported: A text file cannot be shown.',
    'unsupported: A thumbnail of a film or of sound cannot be shown.',
    expect.stringMatching(/^too_large: 26 MB is more than the limit of 25 MB for this\.$/),
    'corrupt: The file is damaged: its pixels cannot be decoded.',
    'corrupt: The file is empty.',
  ]);
});

test('a helper that crashes costs one thumbnail; the next is made by a new one', async () => {
  const started: ReturnType<StartHelper>[] = [];
  let crashes = 1;
  const media = await openMedia(() => {
    const child = helper();
    started.push(child);
    if (crashes === 0) return child;
    crashes -= 1;
    return { ...child, send: () => child.kill() };
  });
  const url = server.put('/a.jpg', storedObject(await photo().jpeg().toBuffer()));
  expect(await said(media, url)).toBe('corrupt: The file is damaged: its pixels cannot be decoded.');
  expect(await said(media, url)).toBe('image/jpeg 320x200 srgb upright');
  expect(started).toHaveLength(2);
});
