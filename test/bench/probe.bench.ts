/** What it costs to learn what remote photographs and films are: header bytes, not files. */

import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  Output,
  WEBM,
} from 'mediabunny';
import sharp from 'sharp';
import type { Figure } from '../../scripts/bench-figure.ts';
import type { Bytes } from '../../src-main/cache/bytes.ts';
import { createMedia } from '../../src-main/media/create-media.ts';
import type { Media } from '../../src-main/media/media.ts';
import { createCacheRoom, never, referenceOf } from '../cache/cache-room.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';

const sampleFilm = join(import.meta.dirname, '..', '..', 'assets', 'sample', 'rolling.webm');
const photographs = 1_000;
/** Encoding as many photographs would take longer than what is measured; these few are served under many names. */
const different = 12;

/** Noise of growing size: 0.2 to 4 MB as JPEG, with EXIF and, for every third, a colour profile. */
async function photograph(index: number): Promise<Uint8Array> {
  const width = 500 + index * 150;
  const height = Math.round(width * 0.75);
  const pixels = randomFillSync(Buffer.alloc(width * height * 3));
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } }).withExif({
    IFD0: { Make: 'Maker', Model: `Model ${index}`, ImageDescription: 'x'.repeat(1 + index * 300) },
  });
  return await (index % 3 === 0 ? picture.withIccProfile('p3') : picture).jpeg({ quality: 84 }).toBuffer();
}

const filmFormats = { front: new Mp4OutputFormat({ fastStart: 'in-memory' }), end: new Mp4OutputFormat({ fastStart: false }) } as const;

/** Two minutes with 25 frames of 20 KB a second and sound beside them, 60 MB: what a probe reads of it is as large as in a real film. */
async function film(place: keyof typeof filmFormats): Promise<Uint8Array> {
  const input = new Input({ source: new BufferSource(readFileSync(sampleFilm)), formats: [WEBM] });
  const decoderConfig = await (await input.getPrimaryVideoTrack())?.getDecoderConfig();
  if (!decoderConfig) throw new Error('the sample film is not described');
  const target = new BufferTarget();
  const output = new Output({ format: filmFormats[place], target });
  const video = new EncodedVideoPacketSource('vp9');
  const audio = new EncodedAudioPacketSource('opus');
  output.addVideoTrack(video, { frameRate: 25 });
  output.addAudioTrack(audio);
  await output.start();
  for (let frame = 0; frame < 120 * 25; frame += 1) {
    const packet = new EncodedPacket(new Uint8Array(20_000), frame % 50 === 0 ? 'key' : 'delta', frame / 25, 1 / 25);
    await video.add(packet, { decoderConfig });
    for (let half = 0; half < 2; half += 1) {
      const sound = new EncodedPacket(new Uint8Array(300), 'key', (frame * 2 + half) / 50, 1 / 50);
      await audio.add(sound, { decoderConfig: { codec: 'opus', numberOfChannels: 2, sampleRate: 48_000 } });
    }
  }
  await output.finalize();
  if (!target.buffer) throw new Error('the film was not written');
  return new Uint8Array(target.buffer);
}

async function filmFigures(place: keyof typeof filmFormats, mostRequests: number): Promise<Figure[]> {
  const object = await film(place);
  const server = await startHttpServer();
  const room = await createCacheRoom();
  const media = openMedia(await room.open());
  try {
    const url = server.put('/film.mp4', storedObject(object, { type: 'video/mp4' }));
    const { facts } = await media.probe(referenceOf(url), { signal: never, priority: 'background' });
    if (facts.duration === null || Math.abs(facts.duration - 120) > 0.1) throw new Error(`The film is ${facts.duration} s long.`);
    const { bodyBytes, requests } = server.counters;
    const name = `probe: MP4 of 60 MB, index ${place === 'front' ? 'in front' : 'at the end'}`;
    return [
      {
        name: `${name}, requests`,
        unit: 'requests',
        value: requests,
        yardstick: '1 file',
        ratio: requests,
        want: { atMost: mostRequests },
      },
      {
        name: `${name}, bytes`,
        unit: 'bytes',
        value: bodyBytes,
        yardstick: `${object.length} bytes stored`,
        ratio: (bodyBytes / object.length) * 100,
        want: { atMost: 0.5 },
      },
    ];
  } finally {
    await media.close();
    await room.close();
    await server.close();
  }
}

function openMedia(bytes: Bytes): Media {
  return createMedia({
    bytes,
    thumbnails: { get: async () => null, put: async () => undefined, getPeaks: async () => null, putPeaks: async () => undefined },
    findFfmpeg: async () => null,
    startHelper: () => {
      throw new Error('A probe decodes nothing.');
    },
  });
}

/** Probes 1,000 remote JPEGs and two films; the yardstick is fetching them. Ratios of bytes are in percent. */
export async function run(): Promise<Figure[]> {
  const films = [...(await filmFigures('front', 2)), ...(await filmFigures('end', 3))];
  return [...(await photographFigures()), ...films];
}

async function photographFigures(): Promise<Figure[]> {
  const server = await startHttpServer();
  const room = await createCacheRoom();
  const media = openMedia(await room.open());
  try {
    const objects: Uint8Array[] = [];
    for (let index = 0; index < different; index += 1) objects.push(await photograph(index));
    let stored = 0;
    const urls = Array.from({ length: photographs }, (_, index) => {
      const object = objects[index % different] ?? new Uint8Array(0);
      stored += object.length;
      return server.put(`/${index}.jpg`, storedObject(object, { type: 'image/jpeg' }));
    });
    const began = performance.now();
    const probes = await Promise.all(urls.map((url) => media.probe(referenceOf(url), { signal: never, priority: 'background' })));
    const seconds = (performance.now() - began) / 1000;
    if (probes.some((probe) => probe.facts.width === null)) throw new Error('A photograph has no width.');
    const { bodyBytes, requests } = server.counters;
    return [
      {
        name: 'probe: bytes of 1,000 JPEGs, in percent',
        unit: 'bytes',
        value: bodyBytes,
        yardstick: `${stored} bytes stored`,
        ratio: (bodyBytes / stored) * 100,
        want: { atMost: 2 },
      },
      {
        name: 'probe: requests per JPEG',
        unit: 'requests',
        value: requests,
        yardstick: `${photographs} files`,
        ratio: requests / photographs,
        want: { atMost: 1.2 },
      },
      { name: 'probe: JPEGs per second', unit: '1/s', value: photographs / seconds, yardstick: 'none', ratio: 1 },
    ];
  } finally {
    await media.close();
    await room.close();
    await server.close();
  }
}
