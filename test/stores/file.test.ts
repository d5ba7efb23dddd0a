import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WalkedFile, walkFolder } from '../../src-main/importing/locate-files.ts';
import { createFileStore } from '../../src-main/stores/file.ts';
import { fileFailure } from '../../src-main/stores/file-failure.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import type { ListPage, ReadAnswer, Store } from '../../src-main/stores/store.ts';
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

const isPosix = process.platform !== 'win32';

describe('files that are elsewhere, or gone', () => {
  test.skipIf(!isPosix)('a link is read as what it leads to, and one that leads nowhere or in a circle is not there', async () => {
    await writeFile(join(folder, 'a'), 'bytes');
    await symlink(join(folder, 'a'), join(folder, 'link'));
    await symlink(join(folder, 'gone'), join(folder, 'dangling'));
    await symlink(join(folder, 'circle'), join(folder, 'circle'));
    const read = (name: string) => store.read(at(join(folder, name)), { range: null, signal: abort.signal });
    expect([await textOf(await read('link')), await failureOf(read('dangling')), await failureOf(read('circle'))]).toEqual([
      'bytes',
      'not_found: There is no file at FOLDER/dangling.',
      'not_found: There is no file at FOLDER/circle.',
    ]);
  });

  test.skipIf(!isPosix)('a file that vanishes while it is read is read to its end', async () => {
    const path = join(folder, 'large');
    await writeFile(path, Buffer.alloc(1024 * 1024, 7));
    const answer = await store.read(at(path), { range: null, signal: abort.signal });
    await unlink(path);
    expect([(await textOf(answer)).length, await failureOf(store.stat(at(path), abort.signal))]).toEqual([
      1024 * 1024,
      'not_found: There is no file at FOLDER/large.',
    ]);
  });

  test.each([
    ['ESTALE', 'unreachable: The disk or share that holds /mnt/nas/a is not there.'],
    ['EHOSTDOWN', 'unreachable: The disk or share that holds /mnt/nas/a is not there.'],
    ['ENOTCONN', 'unreachable: The disk or share that holds /mnt/nas/a is not there.'],
    ['UNKNOWN', 'unreachable: The disk or share that holds /mnt/nas/a is not there.'],
    ['EMFILE', 'throttled: /mnt/nas/a is in use, or too many files are open.'],
    ['EIO', 'corrupt: The disk cannot read /mnt/nas/a.'],
  ])('%s of a share is said in words', async (code, said) => {
    const thrown = fileFailure(Object.assign(new Error(code), { code }), '/mnt/nas/a');
    expect(await failureOf(Promise.reject(thrown))).toBe(said);
  });
});

describe('listing folders', () => {
  const write = async (...names: string[]) => {
    for (const name of names) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await writeFile(join(folder, name), name.includes('empty') ? '' : 'bytes');
    }
  };
  const list = (options: { isRecursive: boolean; cursor?: string | null; limit?: number }, by: Store = store) =>
    by.list({ scheme: 'file', path: folder }, { cursor: null, signal: abort.signal, ...options });
  const shown = (page: ListPage) =>
    [
      ...page.objects.map(({ reference }) => ('path' in reference ? reference.path : '')),
      ...page.folders.map((each) => ('path' in each ? `${each.path}/` : '')),
    ].map((path) => path.slice(folder.length + 1));

  test('gives one level with its folders, and counts empty files; hidden ones are left out', async () => {
    await write('b.jpg', 'a b.jpg', 'empty.jpg', '.hidden', 'inner/c.jpg', 'inner/.cache/d', '.git/e');
    const page = await list({ isRecursive: false });
    const [object] = page.objects;
    const facts = await store.stat(at(join(folder, 'a b.jpg')), abort.signal);
    expect([shown(page), page.empty, page.placeholders, page.cursor, page.unreadable]).toEqual([
      ['a b.jpg', 'b.jpg', 'inner/'],
      1,
      0,
      null,
      undefined,
    ]);
    expect([object?.size, object?.etag, object?.modified]).toEqual([5, facts.etag, facts.modified]);
  });

  test.each(['at once', 'by whoever knows the cursor'])('gives all below in pages that can be asked for %s', async (how) => {
    await write('a/1', 'a/2/x', 'a/2/y', 'a/3', 'a!', 'b/c/d', 'z');
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const page: ListPage = await list({ isRecursive: true, cursor, limit: 2 }, how === 'at once' ? store : createFileStore());
      pages.push(shown(page));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(pages.flat()).toEqual(['a/1', 'a/2/x', 'a/2/y', 'a/3', 'a!', 'b/c/d', 'z']);
    expect(pages.every((page) => page.length <= 2)).toBe(true);
  });

  test.skipIf(!isPosix)('follows links, reads a folder once, and goes on after what cannot be read', async () => {
    await write('a/1', 'b/2');
    await symlink(join(folder, 'a'), join(folder, 'b', 'again'));
    await symlink(folder, join(folder, 'b', 'circle'));
    await symlink(join(folder, 'b', '2'), join(folder, 'link'));
    await symlink(join(folder, 'nothing'), join(folder, 'dangling'));
    expect(shown(await list({ isRecursive: true }))).toEqual(['a/1', 'b/2', 'link']);
  });

  test.skipIf(process.platform !== 'linux')('names a file whose name is no text, in listings, imports and by its path', async () => {
    await write('good.jpg');
    await writeFile(Buffer.concat([Buffer.from(join(folder, 'bad-')), Buffer.from([0xff, 0xfe]), Buffer.from('.jpg')]), 'bytes');
    const said = 'unsupported: The name of FOLDER/bad-\ufffd\ufffd.jpg is not text in UTF-8, so no address can name it.';
    const textOfError = (error: { cause: string; message: string }) => `${error.cause}: ${error.message.replaceAll(folder, 'FOLDER')}`;
    const page = await list({ isRecursive: true });
    expect([shown(page), page.unreadable?.map(({ error }) => textOfError(error))]).toEqual([['good.jpg'], [said]]);
    const walked: WalkedFile[] = [];
    for await (const batch of walkFolder(folder, 'posix')) walked.push(...batch);
    expect(
      walked.map(({ reference }) => (reference.ok ? reference.value.canonical.split('/').at(-1) : textOfError(reference.error))).sort(),
    ).toEqual(['good.jpg', said]);
    expect(await failureOf(store.stat(at(join(folder, 'bad-\ufffd\ufffd.jpg')), abort.signal))).toBe(said);
  });

  test('says what is wrong with the folder itself', async () => {
    await write('file');
    const of = (name: string) =>
      failureOf(store.list({ scheme: 'file', path: join(folder, name) }, { isRecursive: true, cursor: null, signal: abort.signal }));
    expect([await of('missing'), await of('file')]).toEqual([
      'not_found: There is no folder at FOLDER/missing.',
      'invalid_input: FOLDER/file is a file, and a folder is needed.',
    ]);
    abort.abort();
    expect(await of('')).toBe('cancelled: Stopped by you.');
  });
});
