import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { never, referenceOf } from '../cache/cache-room.ts';
import { dropsAfter } from '../servers/faults.ts';
import { storedObject } from '../servers/stored-object.ts';
import { createMediaRoom, ffmpeg, look, type MediaRoom, said, sentenceOf } from './media-room.ts';

const root = join(import.meta.dirname, '..', '..');
const samples = join(root, '..', 'shared', 'samples', 'video');
const rolling = join(root, 'assets', 'sample', 'rolling.webm');
const asking = { signal: never, priority: 'visible' } as const;

let room: MediaRoom;
beforeEach(async () => {
  room = await createMediaRoom();
});
afterEach(() => room.close());

const noFfmpeg = { findFfmpeg: async () => null };
const frame = () =>
  sharp({ create: { width: 1600, height: 900, channels: 3, background: '#335577' } })
    .jpeg()
    .toBuffer();

describe('without ffmpeg', () => {
  test('the window is told to draw a film, gets one frame of it as a film, and what it drew is kept in two sizes', async () => {
    const media = await room.open(noFfmpeg);
    const url = room.server.put('/rolling.webm', storedObject(readFileSync(rolling), { etag: '"r"' }));
    expect(await said(media, url)).toBe('unsupported: A picture of a film cannot be made without ffmpeg.');
    expect(media.thumbnailFailure(referenceOf(url), 320)).toMatchObject({ drawHere: 'video', validator: '"r"' });
    const fetched = room.server.counters.bodyBytes;
    const source = await media.posterSource(referenceOf(url), asking);
    expect([source.mime, Buffer.from(source.bytes.subarray(0, 4)).toString('hex')]).toEqual(['video/webm', '1a45dfa3']);
    expect(room.server.counters.bodyBytes).toBe(fetched);
    await media.putPoster(referenceOf(url), await frame(), { ...asking, known: null });
    const requests = room.server.counters.requests;
    expect([await said(media, url, { edge: 1024 }), await said(media, url), await said(media, url, { edge: 128 })]).toEqual([
      'image/jpeg 1024x576 srgb upright',
      'image/jpeg 320x180 srgb upright',
      'image/jpeg 320x180 srgb upright',
    ]);
    expect(room.server.counters.requests).toBe(requests);
    expect((await room.thumbnails.get(referenceOf(url).canonical, '"r"', 1024))?.width).toBe(1024);
  });

  test('a poster that is none is refused, and the film stays to be drawn', async () => {
    const media = await room.open(noFfmpeg);
    await said(media, rolling);
    const put = media.putPoster(referenceOf(rolling), new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]), { ...asking, known: null });
    expect(await put.then(String, sentenceOf)).toMatch(/^(corrupt|unsupported): /);
    expect(media.thumbnailFailure(referenceOf(rolling), 320)?.drawHere).toBe('video');
  });
});

test('what is no film has no frame to cut out', async () => {
  const media = await room.open(noFfmpeg);
  const chord = join(root, 'assets', 'sample', 'chord.wav');
  expect(await media.posterSource(referenceOf(chord), asking).then(String, sentenceOf)).toBe(
    'unsupported: A frame of this file cannot be cut out.',
  );
});

describe.skipIf(ffmpeg === null)('with ffmpeg', () => {
  const run = (...options: string[]) => promisify(execFile)(ffmpeg ?? '', options);

  /** Four colours, one in each corner, for four seconds; a key frame each second. */
  async function film(name: string, ...options: string[]): Promise<string> {
    const path = join(room.folder, name);
    const quarter = (colour: string) => `color=c=${colour}:s=160x90:r=10:d=4`;
    const filter = '[0][1]hstack[a];[2][3]hstack[b];[a][b]vstack,noise=alls=30:allf=t';
    const inputs = ['red', 'lime', 'blue', 'white'].flatMap((colour) => ['-f', 'lavfi', '-i', quarter(colour)]);
    const encode = ['-filter_complex', filter, '-pix_fmt', 'yuv420p', '-g', '10', '-threads', '1', ...options, path];
    await run('-loglevel', 'error', ...inputs, ...encode);
    return path;
  }

  /** The colours of the quarters, line by line. */
  async function quarters(bytes: Uint8Array): Promise<string> {
    const { data, info } = await sharp(bytes).resize(4, 4, { fit: 'fill' }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => {
      const [r = 0, g = 0, b = 0] = data.subarray((y * info.width + x) * info.channels);
      return r > 150 && g > 150 && b > 150 ? 'w' : r > g && r > b ? 'r' : g > b ? 'g' : 'b';
    };
    return at(0, 0) + at(3, 0) + at(0, 3) + at(3, 3);
  }

  const described = async (path: string) => {
    const { width, height, bytes } = await look(await room.open(), path);
    return `${width}x${height} ${await quarters(bytes)}`;
  };

  test('a poster is upright and has the shape that the film is shown in', async () => {
    const plain = await film('plain.mp4', '-c:v', 'libx264', '-preset', 'ultrafast', '-movflags', '+faststart');
    expect(await described(plain)).toBe('320x180 rgbw');
    // Ways to write a turn changed with the versions of ffmpeg, in their sign too: its own word on the result is the judge.
    for (const degrees of [90, 180, 270]) {
      const turned = join(room.folder, `turned-${degrees}.mp4`);
      const copy = ['-y', '-loglevel', 'error', '-i', plain, '-c', 'copy'];
      await run('-y', '-loglevel', 'error', '-display_rotation', `${degrees}`, '-i', plain, '-c', 'copy', turned).catch(() =>
        run(...copy, '-metadata:s:v:0', `rotate=${degrees}`, turned),
      );
      await run('-y', '-loglevel', 'error', '-i', turned, '-frames:v', '1', join(room.folder, 'judge.png'));
      const judged = await quarters(await readFile(join(room.folder, 'judge.png')));
      expect(judged).not.toBe('rgbw');
      expect(await described(turned)).toBe(`${degrees === 180 ? '320x180' : '180x320'} ${judged}`);
    }
    expect(await described(await film('wide.mp4', '-c:v', 'libx264', '-preset', 'ultrafast', '-aspect', '2:1'))).toBe('320x160 rgbw');
    expect(await described(await film('small.webm', '-c:v', 'libvpx', '-b:v', '300k'))).toBe('320x180 rgbw');
    expect(await described(await film('old.avi.mp4', '-c:v', 'mpeg4'))).toBe('320x180 rgbw');
  }, 60_000);

  test('a poster of a remote film costs its index and one frame, and a broken connection says so', async () => {
    const bytes = await readFile(
      await film(
        'big.mp4',
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-b:v',
        '6M',
        '-minrate',
        '6M',
        '-bufsize',
        '6M',
        '-movflags',
        '+faststart',
      ),
    );
    const media = await room.open();
    const url = room.server.put('/big.mp4', storedObject(bytes, { type: 'video/mp4' }));
    expect(await said(media, url)).toBe('image/jpeg 320x180 srgb upright');
    expect(room.server.counters.bodyBytes / bytes.length).toBeLessThan(0.1);
    const broken = room.server.put('/broken.mp4', storedObject(bytes), dropsAfter(0));
    expect(await said(media, broken)).toMatch(/^(unreachable|server_error|timeout): /);
    expect(media.thumbnailFailure(referenceOf(broken), 320)?.drawHere).toBeNull();
  }, 60_000);

  const Expected = z.object({ files: z.record(z.string(), z.record(z.string(), z.unknown())) });
  test.skipIf(!existsSync(samples))(
    'real films give a poster of their shape, or say why not',
    async () => {
      const { files } = Expected.parse(JSON.parse(readFileSync(join(samples, 'EXPECTED.json'), 'utf8')));
      const media = await room.open({ helpers: 2 });
      const wrong: string[] = [];
      let made = 0;
      for (const name of readdirSync(samples, { recursive: true, encoding: 'utf8' })) {
        const path = join(samples, name);
        const expected = files[name];
        if (!expected || !statSync(path).isFile()) continue;
        const words = await said(media, path);
        const [, width = 0, height = 0] = (/ (\d+)x(\d+) /.exec(words) ?? []).map(Number);
        if (width === 0) {
          if (!/^(unsupported|corrupt): /.test(words)) wrong.push(`${name}: ${words}`);
          continue;
        }
        made += 1;
        const [shownWidth, shownHeight] = [expected.display_width, expected.display_height];
        if (typeof shownWidth !== 'number' || typeof shownHeight !== 'number') continue;
        const longest = Math.min(320, Math.max(shownWidth, shownHeight));
        const scale = longest / Math.max(shownWidth, shownHeight);
        const isOff = Math.abs(width - shownWidth * scale) > 1.5 || Math.abs(height - shownHeight * scale) > 1.5;
        if (isOff) wrong.push(`${name}: ${words} for ${shownWidth}x${shownHeight}`);
      }
      expect(wrong).toEqual([]);
      expect(made).toBeGreaterThan(28);
    },
    60_000,
  );
});
