/** Thumbnails through the whole room beside bare sharp, and what posters and previews cost of their files' bytes. */
import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Figure } from '../../scripts/bench-figure.ts';
import { openCatalog } from '../../src-main/catalog/open-catalog.ts';
import { createMedia } from '../../src-main/media/create-media.ts';
import { findFfmpeg } from '../../src-main/media/find-ffmpeg.ts';
import type { Media } from '../../src-main/media/media.ts';
import { startChild } from '../../src-main/media/start-child.ts';
import { createCacheRoom, never, referenceOf } from '../cache/cache-room.ts';
import { cameraJpeg } from '../media/camera-jpeg.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';

const files = 240;
/** Encoding as many photographs would take longer than what is measured; these few are copied. */
const different = 6;
/** Both ways take turns, so that what else the machine does meets both. */
const rounds = 4;
/** Pictures decoded at the same time, by either way. */
const decodedAtOnce = 2;
/** A window asks for more at a time, so that a decoder that is done has its next picture waiting. */
const askedAtOnce = 4;

/** A photograph of 6 megapixels: soft shapes with grain, some 2 MB as JPEG. */
async function photograph(index: number): Promise<Buffer> {
  const [width, height] = [3000, 2000];
  const grain = randomFillSync(Buffer.alloc((width / 4) * (height / 4) * 3));
  return sharp(grain, { raw: { width: width / 4, height: height / 4, channels: 3 } })
    .resize(width, height)
    .rotate(0)
    .modulate({ hue: index * 40 })
    .jpeg({ quality: 84 })
    .toBuffer();
}

/** Does `work` on each item, so many at a time, and gives the seconds. */
async function timed<T>(items: readonly T[], atATime: number, work: (item: T) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
  return (performance.now() - began) / 1000;
}

/** What the helper does, and nothing around it. */
async function bare(path: string): Promise<Buffer> {
  return sharp(path, { failOn: 'error', sequentialRead: true, pages: 1 })
    .rotate()
    .timeout({ seconds: 20 })
    .resize(320, 320, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .jpeg({ quality: 82, mozjpeg: false })
    .toBuffer();
}

async function speed(media: Media, folder: string): Promise<Figure> {
  const photographs: Buffer[] = [];
  for (let index = 0; index < different; index += 1) photographs.push(await photograph(index));
  const paths: string[] = [];
  for (let index = 0; index < files; index += 1) {
    const path = join(folder, `${index}.jpg`);
    if (index < different) await writeFile(path, photographs[index] ?? '');
    else await copyFile(join(folder, `${index % different}.jpg`), path);
    paths.push(path);
  }
  sharp.cache(false);
  sharp.concurrency(1);
  const thumbnail = (path: string) => media.thumbnail(referenceOf(path), { edge: 320, signal: never, priority: 'visible', known: null });
  // Helpers are started, and files are in the system's cache, before anything is measured.
  await timed(paths.slice(0, askedAtOnce), askedAtOnce, thumbnail);
  const measured = paths.slice(askedAtOnce);
  await timed(measured.slice(0, 20), decodedAtOnce, bare);
  const perRound = Math.floor(measured.length / rounds);
  let [own, yardstick] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const part = measured.slice(round * perRound, (round + 1) * perRound);
    yardstick += await timed(part, decodedAtOnce, bare);
    own += await timed(part, askedAtOnce, thumbnail);
  }
  const [made, madeBare] = [(perRound * rounds) / own, (perRound * rounds) / yardstick];
  return {
    name: 'thumbnails: 6 MP JPEGs per second, two helpers',
    unit: '1/s',
    value: made,
    yardstick: madeBare,
    ratio: made / madeBare,
    want: { atLeast: 0.9 },
  };
}

/** Bytes that a server sends for one thumbnail beside the bytes of the file. */
async function cost(media: Media, name: string, object: Uint8Array, edge: 128 | 320, atMost: number): Promise<Figure> {
  const server = await startHttpServer();
  try {
    const url = server.put(`/${name.replaceAll(' ', '-')}`, storedObject(object));
    await media.thumbnail(referenceOf(url), { edge, signal: never, priority: 'visible', known: null });
    const { bodyBytes } = server.counters;
    return {
      name: `thumbnails: bytes of ${name}`,
      unit: 'bytes',
      value: bodyBytes,
      yardstick: object.length,
      ratio: bodyBytes / object.length,
      want: { atMost },
    };
  } finally {
    await server.close();
  }
}

/** A minute of 6 Mbit/s, its index in front or at the end. */
async function film(ffmpeg: string, path: string, ...options: string[]): Promise<Uint8Array> {
  const source = ['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25:d=60,noise=alls=40:allf=t'];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '6M', '-maxrate', '6M', '-bufsize', '6M', '-g', '50'];
  await promisify(execFile)(ffmpeg, ['-y', '-loglevel', 'error', ...source, ...encode, '-pix_fmt', 'yuv420p', ...options, path]);
  return await readFile(path);
}

/** Local photographs against bare sharp; then one camera's JPEG and, where there is ffmpeg, films by ranges. */
export async function run(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-thumbnails-'));
  const room = await createCacheRoom();
  const worker = new URL('../../src-main/catalog/catalog-worker.ts', import.meta.url);
  const catalog = await openCatalog({ folder, workerUrl: worker, appVersion: '0.0.0', slowQuery: () => undefined });
  const found = await findFfmpeg({ env: process.env, bundled: null });
  const ffmpeg = found?.path ?? null;
  const media = createMedia({
    bytes: await room.open(),
    thumbnails: catalog.thumbnails,
    startHelper: startChild({ node: process.execPath, script: join(import.meta.dirname, '../../src-main/media/decode-helper.ts') }),
    findFfmpeg: async () => found,
    helpers: decodedAtOnce,
  });
  try {
    const figures = [await speed(media, folder)];
    const picture = await photograph(0);
    const small = await sharp(picture).resize(160).jpeg().toBuffer();
    const medium = await sharp(picture).resize(640).jpeg().toBuffer();
    const camera = cameraJpeg(picture, { orientation: 1, thumbnail: small, preview: { bytes: medium, type: 0x010001 } });
    figures.push(await cost(media, 'a row of a camera JPEG', camera, 128, 0.05));
    figures.push(await cost(media, 'a tile of a camera JPEG', camera, 320, 0.15));
    if (ffmpeg !== null) {
      const front = await film(ffmpeg, join(folder, 'front.mp4'), '-movflags', '+faststart');
      figures.push(await cost(media, 'a poster of an MP4 that begins with its index', front, 320, 0.03));
      figures.push(
        await cost(media, 'a poster of an MP4 that ends with its index', await film(ffmpeg, join(folder, 'end.mp4')), 320, 0.03),
      );
      figures.push(await cost(media, 'a poster of an MKV', await film(ffmpeg, join(folder, 'a.mkv')), 320, 0.1));
    } else console.warn('  There is no ffmpeg here, so posters were not measured.');
    return figures;
  } finally {
    await media.close();
    await catalog.close();
    await room.close();
    await rm(folder, { recursive: true, force: true });
  }
}
