import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { probeSource } from '../../src-main/media/probe.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { largeVideo } from '../servers/large-video.ts';
import { contentOf, recordedSource } from './recorded-source.ts';
import { adts, aiff, avi, id3, largeWav, mp3, transportPackets } from './timed-files.ts';

const samples = join(import.meta.dirname, '../../../shared/samples');
/** Changed copies of each file. */
const rounds = process.env.VITRINE_SOAK ? 2000 : 15;
/** Larger ones would be copied longer than they are read. */
const largest = 256 * 1024;

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const extremes = [0, 1, 0x7f, 0x80, 0xff];

/** Cut, overwritten, lengths set to extremes, parts doubled: mostly near the front, where headers are. */
function changed(file: Uint8Array, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(file);
  for (let hits = 1 + random(6); hits > 0 && bytes.length > 8; hits -= 1) {
    const place = random(random(2) === 0 ? bytes.length : Math.min(bytes.length, 512));
    const kind = random(5);
    if (kind === 0) bytes[place] = random(256);
    else if (kind === 1) bytes.fill(extremes[random(extremes.length)] ?? 0, place, Math.min(bytes.length, place + 1 + random(8)));
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(random(place + 1), place), bytes.subarray(place)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(Math.min(bytes.length, place + 1 + random(64)))]);
    else if (random(4) === 0) bytes = bytes.subarray(0, place);
  }
  return bytes;
}

async function survive(name: string, file: Uint8Array, seed: number): Promise<void> {
  const random = randomFrom(seed);
  for (let round = 0; round < rounds; round += 1) {
    const source = recordedSource(contentOf(changed(file, random)));
    try {
      await probeSource(source);
    } catch (thrown) {
      const isSaid = thrown instanceof Failure && ['corrupt', 'unsupported'].includes(thrown.error.cause);
      if (!isSaid) throw new Error(`${name}, seed ${seed}, round ${round}`, { cause: thrown });
    }
    expect(source.cost.requests, `${name}, seed ${seed}, round ${round}`).toBeLessThanOrEqual(200);
  }
}

test('changed anywhere, generated files give facts or a failure of the file, within the limits', async () => {
  const picture = sharp({ create: { width: 64, height: 40, channels: 4, background: '#44668880' } });
  const film = await largeVideo(100_000, 5);
  const files: Record<string, Uint8Array> = {
    jpeg: await picture.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    png: await picture.clone().png().toBuffer(),
    gif: await picture.clone().gif().toBuffer(),
    webp: await picture.clone().webp({ lossless: true }).withMetadata({ orientation: 3 }).toBuffer(),
    avif: await picture.clone().avif({ effort: 0 }).toBuffer(),
    tiff: await picture.clone().tiff({ bigtiff: true }).toBuffer(),
    svg: Buffer.from('<?xml version="1.0"?><!-- c --><svg width="3mm" viewBox="0 0 30 20"></svg>'),
    mp4: film.slice(0, film.size),
    webm: readFileSync(join(import.meta.dirname, '../../assets/sample/rolling.webm')),
    avi: avi({ allFrames: 900, aspect: [16, 9] }),
    ts: transportPackets({ frames: 75, start: 1, between: 2 }),
    aac: adts(80, (frame) => 200 + frame),
    mp3: Buffer.concat([id3({ TIT2: 'A title' }, 100), mp3(40)]),
    aiff: aiff(id3({ TIT2: 'A title' })),
    wav: largeWav('BW64', 1),
  };
  for (const [index, [name, file]] of Object.entries(files).entries()) await survive(name, file, index + 1);
});

if (!existsSync(samples)) console.warn('SKIPPED: ../shared/samples is absent, so real files were not changed at random.');

test.skipIf(!existsSync(samples))('so do real files', async () => {
  const paths = readdirSync(samples, { recursive: true, encoding: 'utf8' }).filter((path) => !/\.(json|md)$/.test(path));
  let seed = 1000;
  for (const path of paths.sort()) {
    const file = join(samples, path);
    seed += 1;
    if (statSync(file).isFile() && statSync(file).size <= largest) await survive(path, readFileSync(file), seed);
  }
});
