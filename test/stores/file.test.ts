import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileStore } from '../../src-main/stores/file.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import type { ReadAnswer } from '../../src-main/stores/store.ts';
import { errorOf } from '../../src-shared/model/error.ts';
import type { CanonicalUrl, FileReference } from '../../src-shared/reference/reference.ts';

const store = createFileStore();
let folder: string;
let abort: AbortController;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-file-'));
  abort = new AbortController();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (path: string): FileReference => ({ scheme: 'file', path, canonical: pathToFileURL(path).href as CanonicalUrl });

async function textOf(answer: ReadAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => errorOf(thrown),
  );
  return error ? `${error.cause}: ${error.message.replaceAll(folder, 'FOLDER')}` : 'It succeeded.';
}

describe('reading files of this computer', () => {
  test.each([
    [null, 'hello world'],
    [{ start: 6, end: 9 }, 'wor'],
    [{ start: 6, end: null }, 'world'],
    [{ start: 6, end: 99 }, 'world'],
    [{ start: 99, end: 100 }, ''],
  ])('gives %j of a file whose name is odd', async (range, gives) => {
    const path = join(folder, 'é #?%20 😀.txt');
    await writeFile(path, 'hello world');
    const answer = await store.read(at(path), { range, signal: abort.signal });
    expect([await textOf(answer), answer.start, answer.size, answer.remote.size]).toEqual([gives, range?.start ?? 0, 11, 11]);
  });

  test('streams a large file in pieces and notices that it was cut short meanwhile', async () => {
    const path = join(folder, 'large');
    await writeFile(path, Buffer.alloc(1024 * 1024));
    const answer = await store.read(at(path), { range: null, signal: abort.signal });
    const body = answer.body[Symbol.asyncIterator]();
    expect((await body.next()).value).toHaveLength(256 * 1024);
    await truncate(path, 1000);
    expect(await failureOf(body.next())).toBe('input_failed: The file has changed since it was read.');
  });

  test('never gives bytes of another version', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'one');
    const { etag } = await store.stat(at(path), abort.signal);
    const asked = { range: null, signal: abort.signal, ifMatch: etag ?? '' };
    expect(await textOf(await store.read(at(path), asked))).toBe('one');
    await writeFile(path, 'three');
    expect(await failureOf(store.read(at(path), asked))).toBe('input_failed: The file has changed since it was read.');
  });

  test('stops when it is asked to, before and in the middle', async () => {
    const path = join(folder, 'large');
    await writeFile(path, Buffer.alloc(1024 * 1024));
    const body = (await store.read(at(path), { range: null, signal: abort.signal })).body[Symbol.asyncIterator]();
    await body.next();
    abort.abort();
    expect([await failureOf(body.next()), await failureOf(store.stat(at(path), abort.signal))]).toEqual([
      'cancelled: Stopped by you.',
      'cancelled: Stopped by you.',
    ]);
  });

  test('says what is wrong with a path', async () => {
    await mkdir(join(folder, 'pictures'));
    await writeFile(join(folder, 'file'), '');
    const read = (path: string) => failureOf(store.read(at(path), { range: null, signal: abort.signal }));
    expect([await read(join(folder, 'missing')), await read(join(folder, 'file', 'inside')), await read(join(folder, 'pictures'))]).toEqual(
      [
        'not_found: There is no file at FOLDER/missing.',
        'not_found: There is no file at FOLDER/file/inside.',
        'invalid_input: FOLDER/pictures is a folder, and a file is needed.',
      ],
    );
  });

  test.skipIf(process.platform === 'win32')('does not wait for the writer of a pipe', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await failureOf(store.read(at(join(folder, 'pipe')), { range: null, signal: abort.signal }))).toBe(
      'unsupported: FOLDER/pipe is a device or a pipe, and those are not read.',
    );
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('says so where it may not read', async () => {
    await writeFile(join(folder, 'secret'), 'x');
    await chmod(join(folder, 'secret'), 0o000);
    expect(await failureOf(store.read(at(join(folder, 'secret')), { range: null, signal: abort.signal }))).toBe(
      'access_denied: You may not read FOLDER/secret.',
    );
  });

  test('does not send the login to a share of another computer', async () => {
    const guarded = createFileStore({ guard: createNetworkGuard({ allowedHosts: () => ['nas'] }) });
    const stat = (path: string) => failureOf(guarded.stat({ scheme: 'file', path, canonical: path as CanonicalUrl }, abort.signal));
    expect([await stat('\\\\evil.example\\share\\a.jpg'), await stat('\\\\?\\UNC\\evil.example\\share\\a.jpg')]).toEqual(
      Array.from({ length: 2 }, () => 'blocked_host: evil.example is another computer, and its shares are not read unless allowed.'),
    );
    expect(await stat('\\\\nas\\share\\a.jpg')).not.toContain('blocked_host');
  });
});
