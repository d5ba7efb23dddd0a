/** What it costs to learn width, height and EXIF of remote photographs: header bytes, not files. */

import { randomFillSync } from 'node:crypto';
import sharp from 'sharp';
import type { Figure } from '../../scripts/bench-figure.ts';
import { createMedia } from '../../src-main/media/create-media.ts';
import { createCacheRoom, never, referenceOf } from '../cache/cache-room.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';

export const photographs = 300;
/** Encoding 300 photographs would take longer than what is measured; these few are served under many names. */
const different = 12;

/** Noise of growing size: 200 KB to 2 MB as JPEG, with EXIF and, for every third, a colour profile. */
async function photograph(index: number): Promise<Uint8Array> {
  const width = 500 + index * 95;
  const height = Math.round(width * 0.75);
  const pixels = randomFillSync(Buffer.alloc(width * height * 3));
  const picture = sharp(pixels, { raw: { width, height, channels: 3 } }).withExif({
    IFD0: { Make: 'Maker', Model: `Model ${index}`, ImageDescription: 'x'.repeat(1 + index * 300) },
  });
  return await (index % 3 === 0 ? picture.withIccProfile('p3') : picture).jpeg({ quality: 84 }).toBuffer();
}

/** Probes 300 remote JPEGs; the yardstick is fetching them. */
export async function run(): Promise<Figure[]> {
  const server = await startHttpServer();
  const room = await createCacheRoom();
  const media = createMedia({
    bytes: await room.open(),
    thumbnails: { get: async () => null, put: async () => undefined, getPeaks: async () => null, putPeaks: async () => undefined },
    findFfmpeg: async () => null,
    startHelper: () => {
      throw new Error('A probe decodes nothing.');
    },
  });
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
        name: 'probe: bytes of 300 JPEGs',
        unit: 'bytes',
        value: bodyBytes,
        yardstick: `${stored} bytes stored`,
        ratio: bodyBytes / stored,
        want: { atMost: 0.05 },
      },
      {
        name: 'probe: requests per JPEG',
        unit: 'requests',
        value: requests,
        yardstick: '300 files',
        ratio: requests / photographs,
        want: { atMost: 2 },
      },
      { name: 'probe: JPEGs per second', unit: '1/s', value: photographs / seconds, yardstick: 'none', ratio: 1 },
    ];
  } finally {
    await media.close();
    await room.close();
    await server.close();
  }
}
