import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageSize } from 'image-size';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileReader } from '../../src-main/cache/file-reader.ts';
import type { Probe } from '../../src-main/media/media.ts';
import { probeSource } from '../../src-main/media/probe.ts';
import { Failure } from '../../src-shared/model/error.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-probe-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function probeBytes(bytes: Uint8Array): Promise<Probe> {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  const source = await createFileReader({
    path,
    remote: { size: bytes.length, type: null, etag: null, modified: null, storageClass: null },
    onClose: () => undefined,
  });
  try {
    return await probeSource(source);
  } finally {
    source.close();
  }
}

async function said(bytes: Uint8Array): Promise<string> {
  try {
    const { facts } = await probeBytes(bytes);
    return `${facts.format} ${facts.width}x${facts.height} stored ${facts.pixelWidth}x${facts.pixelHeight} orientation ${facts.orientation} ${facts.mode}`;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return `${thrown.error.cause}: ${thrown.error.message}`;
  }
}

const picture = () => sharp({ create: { width: 64, height: 40, channels: 3, background: '#446688' } });
const clear = () => sharp({ create: { width: 64, height: 40, channels: 4, background: { r: 1, g: 2, b: 3, alpha: 0.5 } } });
const exif = { IFD0: { Make: 'Maker', Model: 'Model 1' }, IFD2: { ExposureTime: '1/250', DateTimeOriginal: '2024:05:06 07:08:09' } };

describe('pictures', () => {
  test.each([
    ['a JPEG', () => picture().jpeg(), 'jpeg 64x40 stored 64x40 orientation null RGB'],
    ['a progressive JPEG', () => picture().jpeg({ progressive: true }), 'jpeg 64x40 stored 64x40 orientation null RGB'],
    ['a grey JPEG', () => picture().toColourspace('b-w').jpeg(), 'jpeg 64x40 stored 64x40 orientation null L'],
    ['a CMYK JPEG', () => picture().toColourspace('cmyk').jpeg(), 'jpeg 64x40 stored 64x40 orientation null CMYK'],
    ['a JPEG that lies on its side', () => picture().withMetadata({ orientation: 6 }).jpeg(), 'jpeg 40x64 stored 64x40 orientation 6 RGB'],
    ['a mirrored JPEG', () => picture().withMetadata({ orientation: 2 }).jpeg(), 'jpeg 64x40 stored 64x40 orientation 2 RGB'],
    ['a PNG', () => picture().png(), 'png 64x40 stored 64x40 orientation null RGB'],
    ['a PNG with a palette', () => picture().png({ palette: true, colours: 32 }), 'png 64x40 stored 64x40 orientation null P'],
    ['a PNG with transparency', () => clear().png(), 'png 64x40 stored 64x40 orientation null RGBA'],
    ['a PNG that lies on its side', () => picture().withMetadata({ orientation: 8 }).png(), 'png 40x64 stored 64x40 orientation 8 RGB'],
    ['a lossy WebP', () => picture().webp(), 'webp 64x40 stored 64x40 orientation null RGB'],
    ['a lossless WebP', () => clear().webp({ lossless: true }), 'webp 64x40 stored 64x40 orientation null RGBA'],
    ['a WebP that lies on its side', () => picture().withMetadata({ orientation: 6 }).webp(), 'webp 40x64 stored 64x40 orientation 6 RGB'],
    ['a GIF', () => picture().gif(), 'gif 64x40 stored 64x40 orientation null P'],
    ['an AVIF', () => picture().avif({ effort: 0 }), 'avif 64x40 stored 64x40 orientation null RGB'],
    ['an AVIF with transparency', () => clear().avif({ effort: 0 }), 'avif 64x40 stored 64x40 orientation null RGBA'],
    ['a TIFF', () => picture().tiff(), 'tiff 64x40 stored 64x40 orientation null RGB'],
    ['a BigTIFF', () => picture().tiff({ bigtiff: true }), 'tiff 64x40 stored 64x40 orientation null RGB'],
  ])('%s says its size as displayed and as stored', async (_name, make, expected) => {
    expect((await said(await make().toBuffer())).replace('orientation 1 ', 'orientation null ')).toBe(expected);
  });

  test('EXIF tags are given by the names of the standard, also behind a large profile', async () => {
    const bytes = await picture().withExif(exif).jpeg().toBuffer();
    const profile = Buffer.alloc(4 + 65_000);
    profile.set([0xff, 0xe2, (65_002 >> 8) & 255, 65_002 & 255]);
    const pushed = Buffer.concat([bytes.subarray(0, 2), profile, profile, profile, bytes.subarray(2)]);
    for (const file of [bytes, pushed]) {
      const { facts } = await probeBytes(file);
      expect(facts.metadata.exif).toMatchObject({
        Make: 'Maker',
        Model: 'Model 1',
        ExposureTime: 1 / 250,
        DateTimeOriginal: '2024-05-06T07:08:09',
      });
      expect([facts.width, facts.height]).toEqual([64, 40]);
    }
  });

  test('agrees with another reader over whole files', async () => {
    for (const bytes of [await picture().gif().toBuffer(), await clear().png().toBuffer(), await picture().webp().toBuffer()]) {
      const { width, height } = imageSize(bytes);
      expect(await said(bytes)).toContain(` ${width}x${height} stored`);
    }
  });

  test('a BMP that counts from the top down has a positive height', async () => {
    const bytes = Buffer.alloc(60);
    bytes.write('BM');
    bytes.writeUInt32LE(40, 14);
    bytes.writeInt32LE(7, 18);
    bytes.writeInt32LE(-5, 22);
    bytes.writeUInt16LE(24, 28);
    expect(await said(bytes)).toBe('bmp 7x5 stored 7x5 orientation null RGB');
  });

  test.each([
    ['<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="10mm"/>', '76x38'],
    [`<?xml version="1.0"?><!-- ${'x'.repeat(3000)} --><svg viewBox="0 0 30 20"></svg>`, '30x20'],
    ["<svg width='60' viewBox='0 0 30 20'></svg>", '60x40'],
    ['<svg width="100%"></svg>', 'nullxnull'],
    ['<svg aria-label="a > b" width="3" height="4"/>', '3x4'],
    [`<!DOCTYPE svg [<!ENTITY a "<svg width='9' height='9'>"><!ENTITY b "&a;&a;">]><svg width="3" height="4">&b;</svg>`, '3x4'],
  ])('an SVG is measured without being drawn: %#', async (text, expected) => {
    expect(await said(Buffer.from(text))).toContain(`svg ${expected} `);
  });
});

describe('icons and JPEG XL', () => {
  const entry = (width: number, height: number, bits: number, place: number) => {
    const bytes = Buffer.alloc(16);
    bytes.set([width, height, 0, 0, 1, 0, bits]);
    bytes.writeUInt32LE(place, 12);
    return bytes;
  };
  const bitmap = (width: number, height: number, bits: number) => {
    const bytes = Buffer.alloc(40);
    bytes.writeUInt32LE(40);
    bytes.writeInt32LE(width, 4);
    bytes.writeInt32LE(height * 2, 8);
    bytes.writeUInt16LE(bits, 14);
    return bytes;
  };

  test('an icon is as large as its largest picture, by that picture’s own word', async () => {
    const directory = [Buffer.from([0, 0, 1, 0, 3, 0]), entry(16, 16, 32, 54), entry(0, 0, 32, 134), entry(48, 48, 8, 94)];
    const large = await sharp({ create: { width: 512, height: 384, channels: 4, background: '#123456' } })
      .png()
      .toBuffer();
    expect(await said(Buffer.concat([...directory, bitmap(16, 16, 32), bitmap(48, 48, 8), large]))).toBe(
      'ico 512x384 stored 512x384 orientation null RGBA',
    );
    const small = Buffer.concat([Buffer.from([0, 0, 2, 0, 1, 0]), entry(32, 32, 32, 22), bitmap(32, 32, 32)]);
    expect(await said(small)).toBe('ico 32x32 stored 32x32 orientation null RGBA');
    expect(await said(small.subarray(0, 10))).toBe('corrupt: The file is damaged: this icon ends inside its header.');
  });

  /** A codestream of 300 × 200 (ratio 3:2) with this orientation, or of its default metadata. */
  const codestream = (orientation: number | null) => {
    const bits: [number, number][] = [
      [0, 1],
      [0, 2],
      [199, 9],
      [4, 3],
      [orientation === null ? 1 : 0, 1],
    ];
    if (orientation !== null) bits.push([1, 1], [orientation - 1, 3]);
    let value = 0n;
    let at = 0n;
    for (const [number, count] of bits) {
      value |= BigInt(number) << at;
      at += BigInt(count);
    }
    const bytes = Buffer.alloc(18);
    bytes.set([0xff, 0x0a]);
    bytes.writeBigUInt64LE(value, 2);
    return bytes;
  };
  const box = (type: string, ...parts: Uint8Array[]) => {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const signature = box('JXL ', Buffer.from([0x0d, 0x0a, 0x87, 0x0a]));

  test.each([
    ['bare', codestream(null), '300x200 stored 300x200 orientation 1'],
    ['bare, on its side', codestream(6), '200x300 stored 300x200 orientation 6'],
    [
      'in a box behind EXIF',
      Buffer.concat([signature, box('Exif', Buffer.alloc(90_000)), box('jxlc', codestream(8))]),
      '200x300 stored 300x200 orientation 8',
    ],
    ['in parts', Buffer.concat([signature, box('jxlp', Buffer.alloc(4), codestream(3))]), '300x200 stored 300x200 orientation 3'],
  ])('a JPEG XL that lies %s says its size', async (_name, bytes, expected) => {
    expect(await said(bytes)).toBe(`jxl ${expected} null`);
  });

  test('a JPEG XL without a codestream is damaged', async () => {
    expect(await said(signature)).toBe('corrupt: The file is damaged: this JPEG XL has no codestream.');
  });
});

describe('what cannot be read says why', () => {
  const jpegEnd = Buffer.from([0xff, 0xd8, 0xff, 0xda, 0, 2, 0, 0, 0, 0, 0]);
  test.each([
    ['an empty file', Buffer.alloc(0), 'corrupt: The file is empty.'],
    ['a web page', Buffer.from('\n<!DOCTYPE html><html>'), 'unsupported: A web page came instead of a picture.'],
    ['text', Buffer.from('hello, this is text'), 'unsupported: A text file cannot be shown.'],
    ['JSON', Buffer.from('{"a":1}'), 'unsupported: A JSON document cannot be shown.'],
    ['a PDF', Buffer.from('%PDF-1.7\n'), 'unsupported: A PDF document cannot be shown.'],
    ['an LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'unsupported: A Git LFS pointer cannot be shown.'],
    ['a JPEG without a frame', jpegEnd, 'corrupt: The file is damaged: this JPEG has no frame header.'],
    ['a cut JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff]), 'corrupt: The file is damaged: this JPEG ends inside its header.'],
    ['a cut PNG', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'), 'corrupt: The file is damaged: this PNG ends inside its header.'],
  ])('%s', async (_name, bytes, expected) => {
    expect(await said(bytes)).toBe(expected);
  });

  test('EXIF that claims gigabytes within 64 KB costs only itself', async () => {
    const entries = 5000;
    const block = Buffer.alloc(8 + 2 + entries * 12 + 4);
    block.write('II*\0', 'latin1');
    block.writeUInt32LE(8, 4);
    block.writeUInt16LE(entries, 8);
    for (let index = 0; index < entries; index += 1) {
      const at = 10 + index * 12;
      block.writeUInt16LE(index, at);
      block.writeUInt16LE(1, at + 2);
      block.writeUInt32LE(60_000, at + 4);
    }
    const jpeg = await picture().jpeg().toBuffer();
    const segment = Buffer.from([0xff, 0xe1, ((block.length + 8) >> 8) & 255, (block.length + 8) & 255]);
    const bytes = Buffer.concat([jpeg.subarray(0, 2), segment, Buffer.from('Exif\0\0', 'latin1'), block, jpeg.subarray(2)]);
    const { facts } = await probeBytes(bytes);
    expect([facts.width, facts.metadata.exif]).toEqual([64, undefined]);
  });

  test('cut or changed anywhere, a picture gives facts or a failure, never a fault of ours', async () => {
    const files = [
      await picture().withExif(exif).jpeg().toBuffer(),
      await clear().png().toBuffer(),
      await clear().webp({ lossless: true }).withMetadata({ orientation: 3 }).toBuffer(),
      await clear().avif({ effort: 0 }).toBuffer(),
      await picture().tiff().toBuffer(),
    ];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (const file of files) {
      for (let round = 0; round < 60; round += 1) {
        const bytes = Buffer.from(round % 3 === 0 ? file.subarray(0, random(file.length)) : file);
        if (bytes.length > 0) for (let hits = 0; hits < 4; hits += 1) bytes[random(Math.min(bytes.length, 600))] = random(256);
        expect(await said(bytes)).toMatch(/^(corrupt|unsupported|[a-z0-9]+ )/);
      }
    }
  });
});
