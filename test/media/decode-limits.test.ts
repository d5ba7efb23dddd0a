import { randomFillSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFfmpeg } from '../../src-main/media/find-ffmpeg.ts';
import type { HelperProcess } from '../../src-main/media/media.ts';
import { runFfmpeg } from '../../src-main/media/run-ffmpeg.ts';
import { createMediaRoom, helper, isRunning, look, type MediaRoom, said, sentenceOf } from './media-room.ts';

let room: MediaRoom;
beforeEach(async () => {
  room = await createMediaRoom();
});
afterEach(() => room.close());

/** A program for the shell, as an ffmpeg that does what it says. */
async function program(name: string, ...lines: string[]): Promise<string> {
  const path = join(room.folder, name);
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
}

test('a helper that ended itself for its memory says so, and costs only that picture', async () => {
  const children: HelperProcess[] = [];
  const media = await room.open({
    startHelper() {
      const child = helper();
      children.push(child);
      // What a helper that outgrew its limit looks like from here: no answer, and this exit code.
      return children.length > 1
        ? child
        : { ...child, send: () => child.kill(), onExit: (listener) => child.onExit(() => listener('code 86')) };
    },
  });
  const path = join(room.folder, 'a.png');
  await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .png()
    .toFile(path);
  expect(await said(media, path)).toBe('too_large: This picture has more pixels than are decoded here.');
  expect(await said(media, path, { again: true })).toBe('image/jpeg 40x30 srgb upright');
});

test('pixels beyond the limit are refused by the header, in words, before a helper is started', async () => {
  const media = await room.open({
    startHelper: () => {
      throw new Error('No helper is needed to refuse.');
    },
  });
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452000100000001000008020000000000000000000000', 'hex');
  const path = join(room.folder, 'giant.png');
  await writeFile(path, Buffer.concat([head, Buffer.alloc(64)]));
  expect(await said(media, path)).toBe('too_large: 4,295 megapixels are more than the limit of 300 megapixels for this.');
});

describe.skipIf(process.platform === 'win32')('ffmpeg', () => {
  const run = (ffmpeg: string, atMost: number) => {
    let length = 0;
    return runFfmpeg({
      ...{ ffmpeg, input: new Uint8Array([1]), demuxer: 'mov', output: [] },
      onOutput(chunk) {
        length += chunk.length;
        return length <= atMost;
      },
    });
  };

  test('is ended when it says more than it may', async () => {
    expect(await run(await program('talks', 'exec yes'), 100_000)).toBe('too_much');
  });

  test.skipIf(!existsSync('/proc/self/status'))(
    'is ended when it takes more memory than it may',
    async () => {
      const grow = `exec ${process.execPath} -e 'const kept = []; setInterval(() => kept.push(Buffer.alloc(200000000, 1)), 10)'`;
      expect(await run(await program('grows', grow), 1)).toBe('too_much');
    },
    30_000,
  );

  /** An ffmpeg that starts another program, says one letter and then never ends. */
  const lingers = (pids: string) => program('lingers', 'sleep 600 &', `echo $$ $! > ${pids}`, 'echo x', 'wait');
  const left = async (pids: string) => (await readFile(pids, 'utf8')).trim().split(' ').filter(isRunning);

  test('is ended with what it started when nobody waits for it any more', async () => {
    const pids = join(room.folder, 'pids');
    const leaving = new AbortController();
    const end = await runFfmpeg({
      ...{ ffmpeg: await lingers(pids), input: new Uint8Array([1]), demuxer: 'mov', output: [], signal: leaving.signal },
      onOutput() {
        leaving.abort();
        return true;
      },
    });
    expect(end).toBe('stopped');
    await expect.poll(() => left(pids)).toEqual([]);
  });

  test.each(['is left by who asked', 'is closed'])(
    'ends with what it started when the helper that runs it %s',
    async (how) => {
      const pids = join(room.folder, 'pids');
      const path = await lingers(pids);
      const media = await room.open({ findFfmpeg: async () => ({ path, version: null }) });
      const leaving = new AbortController();
      const film = join(import.meta.dirname, '../../assets/sample/rolling.webm');
      const asked = look(media, film, { signal: leaving.signal }).catch(sentenceOf);
      await expect.poll(() => existsSync(pids) && left(pids), { timeout: 20_000 }).toHaveLength(2);
      if (how === 'is closed') await media.close();
      else leaving.abort();
      expect(await asked).toMatch(/^cancelled: /);
      await expect.poll(() => left(pids), { timeout: 10_000 }).toEqual([]);
    },
    40_000,
  );

  test('says its version, where it says one', async () => {
    const says = await program('says', 'echo "ffmpeg version 7.1-test Copyright (c) 2000-2024 the FFmpeg developers"');
    const silent = await program('silent', 'exit 0');
    const find = (path: string) => findFfmpeg({ env: { FFMPEG_BIN: path }, bundled: null });
    expect([await find(says), await find(silent)]).toEqual([
      { path: says, version: '7.1-test' },
      { path: silent, version: null },
    ]);
  });

  test('that fails or cannot be started is no fault of ours', async () => {
    expect([await run(await program('fails', 'exit 3'), 1), await run(join(room.folder, 'missing'), 1)]).toEqual(['failed', 'failed']);
  });

  test('is asked for what it may read, and for nothing else', async () => {
    const seen = join(room.folder, 'arguments');
    await run(await program('tells', `echo "$@" > ${seen}`), 1);
    expect(await readFile(seen, 'utf8')).toContain(
      '-protocol_whitelist pipe -format_whitelist mov -max_pixels 100000000 -threads 1 -noautorotate -f mov -i pipe:0 pipe:1',
    );
  });

  test('is found by its own variable, then the bundled one, then the PATH; what does not run is passed over', async () => {
    const broken = await program('broken', 'exit 1');
    const works = await program('works', 'exit 0');
    const onPath = await program('ffmpeg', 'exit 0');
    const find = async (bin: string | undefined, bundled: string | null, path: string) =>
      (await findFfmpeg({ env: { ...(bin === undefined ? {} : { FFMPEG_BIN: bin }), PATH: path }, bundled }))?.path ?? null;
    expect([
      await find(works, onPath, room.folder),
      await find(broken, works, room.folder),
      await find(undefined, join(room.folder, 'not-there'), `/nowhere:${room.folder}`),
      await find(undefined, null, '/nowhere'),
    ]).toEqual([works, works, onPath, null]);
  });
});

test('a picture whose file is cut is damaged, though some of its pixels are there', async () => {
  const media = await room.open();
  const path = join(room.folder, 'cut.jpg');
  const pixels = randomFillSync(Buffer.alloc(300 * 200 * 3));
  const bytes = await sharp(pixels, { raw: { width: 300, height: 200, channels: 3 } })
    .jpeg()
    .toBuffer();
  await writeFile(path, bytes.subarray(0, bytes.length * 0.8));
  expect(await said(media, path)).toBe('corrupt: The file is damaged: its pixels cannot be decoded.');
});
