/** Proxies by a real ffmpeg, where there is one. */
import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demuxerOf } from '../../src-main/media/demuxers.ts';
import { startFfmpeg } from '../../src-main/media/ffmpeg-process.ts';
import { encodersOf } from '../../src-main/media/find-ffmpeg.ts';
import { openLoopbackReader } from '../../src-main/media/loopback-reader.ts';
import type { Media } from '../../src-main/media/media.ts';
import { Failure } from '../../src-shared/model/error.ts';
import { never, referenceOf } from '../cache/cache-room.ts';
import { status } from '../servers/faults.ts';
import { storedObject } from '../servers/stored-object.ts';
import { createMediaRoom, ffmpeg, foundFfmpeg, isRunning, type MediaRoom, sentenceOf } from './media-room.ts';

let room: MediaRoom;
beforeEach(async () => {
  room = await createMediaRoom();
});
afterEach(() => room.close());

const usual = ['h264', 'vp8', 'vp9', 'aac', 'opus', 'vorbis', 'mp3'];
const encoders = foundFfmpeg ? await encodersOf(foundFfmpeg) : new Set<string>();
const canTest = ffmpeg !== null && encoders.has('libx264') && encoders.has('prores_ks');
if (ffmpeg !== null && !canTest) console.warn('SKIPPED: the ffmpeg that is here lacks an encoder, so no proxies were made.');

/** A film of four seconds that no browser plays, or whatever the options make of it. */
async function film(name: string, ...options: string[]): Promise<Uint8Array> {
  const path = join(room.folder, name);
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10:duration=4'];
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=4'];
  await promisify(execFile)(ffmpeg ?? '', ['-y', '-loglevel', 'error', ...picture, ...sound, '-shortest', ...options, path]);
  return readFile(path);
}
/** As an editor writes it, with its header at the end. */
const edited = () => film('film.mov', '-c:v', 'prores_ks', '-profile:v', '0', '-c:a', 'pcm_s16le');
const broadcast = () => film('film.ts', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-f', 'mpegts');

async function ask(media: Media, url: string, { at = 0, plays = usual, signal = never as AbortSignal } = {}) {
  const { facts } = await media.probe(referenceOf(url), { signal: never, priority: 'visible' });
  return media.proxy(referenceOf(url), { facts, at, plays: new Set(plays), signal });
}

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What a film is, in a few words. */
async function described(bytes: Uint8Array): Promise<string> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const picture = await input.getPrimaryVideoTrack();
  const sound = await input.getPrimaryAudioTrack();
  const duration = Math.round(await input.computeDuration());
  const width = (await picture?.getDisplayWidth()) ?? 0;
  return `${await input.getMimeType().then((mime) => mime.split(';')[0])} ${await picture?.getCodec()} ${width} wide, ${await sound?.getCodec()}, ${duration} s`;
}

/** A program for the shell, as an ffmpeg that does what it says but tells what it can by itself. */
async function program(...lines: string[]) {
  const path = join(room.folder, 'ffmpeg-by-us');
  await writeFile(path, ['#!/bin/sh', `case "$*" in *-encoders*) exec ${ffmpeg} "$@";; esac`, ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  return { path, version: null };
}

describe.skipIf(!canTest)('a proxy', () => {
  test('of a ProRes film is an MP4 of H.264 that begins where it was asked to, read through the byte room alone', async () => {
    const media = await room.open();
    const url = room.server.put('/film.mov', storedObject(await edited()));
    const { mime, body } = await ask(media, url);
    expect([mime, await described(await bytesOf(body))]).toEqual(['video/mp4', 'video/mp4 avc 320 wide, aac, 4 s']);
    const later = await ask(media, url, { at: 3 });
    expect(await described(await bytesOf(later.body))).toBe('video/mp4 avc 320 wide, aac, 1 s');
    expect(room.server.requests.map(({ headers }) => headers['user-agent'] ?? '').filter((agent) => /lavf|ffmpeg/i.test(agent))).toEqual(
      [],
    );
  }, 60_000);

  test('keeps the picture as it is where the window plays it, and makes it narrower where it does not', async () => {
    const media = await room.open();
    const wide = await film('wide.mkv', '-vf', 'scale=1600:900', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'pcm_s16le');
    const url = room.server.put('/wide.mkv', storedObject(wide));
    const kept = await described(await bytesOf((await ask(media, url)).body));
    const open = await described(await bytesOf((await ask(media, url, { plays: ['vp8', 'opus'] })).body));
    expect([kept, open]).toEqual(['video/mp4 avc 1600 wide, aac, 4 s', 'video/webm vp8 1280 wide, opus, 4 s']);
  }, 60_000);

  test('of a file on this computer is made of the file itself', async () => {
    const media = await room.open();
    await edited();
    const { body } = await ask(media, join(room.folder, 'film.mov'));
    expect(await described(await bytesOf(body))).toBe('video/mp4 avc 320 wide, aac, 4 s');
    expect(room.server.counters.requests).toBe(0);
  }, 60_000);

  test('ends with its reader, and so does what its ffmpeg started', async () => {
    const pids = join(room.folder, 'pids');
    const wrapper = await program(`${ffmpeg} "$@" &`, `echo $$ $! > ${pids}`, 'wait');
    const media = await room.open({ findFfmpeg: async () => wrapper });
    const url = room.server.put('/film.mov', storedObject(await edited()));
    const leaving = new AbortController();
    const { body } = await ask(media, url, { signal: leaving.signal });
    const chunks = body[Symbol.asyncIterator]();
    expect((await chunks.next()).value?.length).toBeGreaterThan(0);
    leaving.abort();
    await media.close();
    const started = (await readFile(pids, 'utf8')).trim().split(' ');
    await expect.poll(() => started.filter(isRunning)).toEqual([]);
  }, 60_000);

  test('of a file ends the one before it', async () => {
    const media = await room.open();
    const url = room.server.put('/film.mov', storedObject(await edited()));
    const first = await ask(media, url);
    const second = await ask(media, url, { at: 1 });
    await expect(bytesOf(first.body)).rejects.toThrow(Failure);
    expect(await described(await bytesOf(second.body))).toContain('3 s');
  }, 60_000);

  test('that cannot be made says why: no ffmpeg, one that cannot, and a server that refuses', async () => {
    const url = room.server.put('/film.mov', storedObject(await edited()));
    const without = await room.open({ findFfmpeg: async () => null });
    const failing = await room.open({ findFfmpeg: async () => program('exit 1') });
    const media = await room.open();
    const { facts } = await media.probe(referenceOf(url), { signal: never, priority: 'visible' });
    const said = (from: Media, plays: string[], asked = url) =>
      from.proxy(referenceOf(asked), { facts, at: 0, plays: new Set(plays), signal: never }).then(String, sentenceOf);
    const answers = [await said(without, usual), await said(failing, usual), await said(media, [])];
    const refused = room.server.put('/refused.mov', storedObject(await edited()), status(403));
    expect([...answers, await said(media, usual, refused)]).toEqual([
      'unsupported: A proxy cannot be made without ffmpeg.',
      'unsupported: A proxy of this file cannot be made: ffmpeg does not read it.',
      'unsupported: A proxy of this file cannot be made: this ffmpeg makes nothing that can be played here.',
      expect.stringMatching(/^access_denied: /),
    ]);
  }, 60_000);
});

describe.skipIf(!canTest)('a file that names other files or hosts', () => {
  /** Bytes that come out, and what a server elsewhere was asked for, when ffmpeg reads these as this kind of file. */
  async function madeOf(bytes: Uint8Array, demuxer: string, output: readonly string[]): Promise<number> {
    const url = room.server.put('/disguised', storedObject(bytes));
    const cache = await room.cache.open();
    const reader = await openLoopbackReader(cache, referenceOf(url));
    const path = join(room.folder, 'disguised');
    await writeFile(path, bytes);
    let length = 0;
    for (const input of [{ kind: 'loopback', url: reader.url, origin: reader.origin } as const, { kind: 'file', path } as const]) {
      const running = startFfmpeg({ ffmpeg: ffmpeg ?? '', input, demuxer, before: [], output, secondsLimit: 20 });
      running.stdin.end();
      for await (const chunk of running.stdout as AsyncIterable<Buffer>) length += chunk.length;
      await running.whenEnded;
    }
    await reader.close();
    return length;
  }

  test('gets at none of them, whatever kind of file it is taken for', async () => {
    const secret = await broadcast();
    const secretUrl = room.server.put('/secret.ts', storedObject(secret));
    const secretPath = join(room.folder, 'film.ts');
    const target = (address: string) => `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.0,\n${address}\n#EXT-X-ENDLIST\n`;
    const disguises = [
      target(secretUrl),
      target(`file://${secretPath}`),
      `ffconcat version 1.0\nfile '${secretPath}'\n`,
      `ffconcat version 1.0\nfile '${secretUrl}'\n`,
    ];
    const output = ['-map', '0', '-c', 'copy', '-f', 'matroska'];
    const kinds = ['mp4', 'matroska', 'mpegts', 'avi', 'mp3'].map(demuxerOf);
    for (const [index, disguise] of disguises.entries()) {
      // The last two: even were it taken for the list that it is.
      for (const demuxer of [...(index === 0 ? kinds : []), 'hls', 'concat']) {
        expect([demuxer, await madeOf(Buffer.from(disguise), demuxer ?? '', output)]).toEqual([demuxer, 0]);
      }
    }
    expect(room.server.requests.filter(({ rawPath }) => rawPath === '/secret.ts')).toEqual([]);
    // What is held back is real: without the limits the same list is followed.
    const path = join(room.folder, 'list.m3u8');
    await writeFile(path, target(secretUrl));
    const bare = ['-loglevel', 'quiet', '-protocol_whitelist', 'file,http,tcp', '-f', 'hls', '-i', path, '-c', 'copy', '-f', 'null', '-'];
    await promisify(execFile)(ffmpeg ?? '', bare);
    expect(room.server.requests.filter(({ rawPath }) => rawPath === '/secret.ts').length).toBeGreaterThan(0);
  }, 120_000);

  test('reaches nothing through the reader but its own file', async () => {
    const url = room.server.put('/film.ts', storedObject(await broadcast()));
    const other = room.server.put('/other.ts', storedObject('other'));
    const reader = await openLoopbackReader(await room.cache.open(), referenceOf(url));
    const statuses = [reader.url, `${reader.origin}/`, `${reader.origin}/${other}`].map(async (address) => (await fetch(address)).status);
    expect(await Promise.all(statuses)).toEqual([206, 403, 403]);
    await reader.close();
  });
});
