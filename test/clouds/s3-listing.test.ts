import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listAll } from '../../src-main/stores/list-all.ts';
import type { ListPage } from '../../src-main/stores/store.ts';
import { fail } from '../../src-shared/model/error.ts';
import { oddKeys } from '../links/odd-keys.ts';
import { storedObject } from '../servers/stored-object.ts';
import { errorOf, nobody, openS3Room, reader, type S3Room, sentencesOf, signal, textOf, unknown, whole } from './s3-room.ts';

let room: S3Room;

beforeEach(async () => {
  room = await openS3Room({
    buckets: {
      media: { readers: ['AKIAREADER'] },
      hidden: { readersWithoutList: ['AKIAREADER'] },
      shown: { public: 'read-and-list', readers: [] },
      open: { public: 'read', readers: [] },
      far: { region: 'eu-central-1' },
    },
  });
});
afterEach(() => room.close());

const page = { isRecursive: true, cursor: null, signal };
const prefix = (bucket: string, text = '') => ({ scheme: 's3', bucket, prefix: text }) as const;
const keysOf = ({ objects }: ListPage) => objects.map(({ reference }) => ('key' in reference ? reference.key : ''));
const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function everything(pages: AsyncIterable<ListPage>): Promise<ListPage[]> {
  const all: ListPage[] = [];
  for await (const each of pages) all.push(each);
  return all;
}

describe('a listing of S3', () => {
  test('gives every odd key byte for byte, control characters and blanks at both ends too', async () => {
    const keys = [...oddKeys, 'bell\u0007\u0001.jpg', '\u000bvertical', ' ', 'plus+and blank', '+', 'a%2Bb', 'e\u0301', '\u00e9'].filter(
      (key) => key !== 'trailing/',
    );
    for (const key of keys) room.server.put('media', key, storedObject(`bytes of ${key}`));
    const { store } = room.open();
    const listed = await store.list(prefix('media'), page);
    expect(keysOf(listed)).toEqual([...new Set(keys)].sort(bytewise));
    const [odd] = listed.objects.filter(({ reference }) => 'key' in reference && reference.key.startsWith('bell'));
    if (odd === undefined) throw new Error('It is not listed.');
    expect(await textOf(await store.read(odd.reference, whole))).toBe('bytes of bell\u0007\u0001.jpg');
  });

  test('says of each object what it knows, and counts placeholders and empty ones without giving them', async () => {
    room.server.put('media', 'photos/', storedObject(''));
    room.server.put('media', 'photos/a b+c.jpg', storedObject('abc', { headers: { 'x-amz-storage-class': 'GLACIER' } }));
    room.server.put('media', 'photos/empty.jpg', storedObject(''));
    expect(await room.open().store.list(prefix('media', 'photos/'), page)).toEqual({
      objects: [
        {
          reference: { scheme: 's3', canonical: 's3://media/photos/a b+c.jpg', bucket: 'media', key: 'photos/a b+c.jpg' },
          size: 3,
          etag: '"900150983cd24fb0d6963f7d28e17f72"',
          modified: '2026-01-02T03:04:05.000Z',
          storageClass: 'GLACIER',
        },
      ],
      folders: [],
      placeholders: 1,
      empty: 1,
      cursor: null,
    });
  });

  test('stays on one level where that is asked, folders apart, and takes a prefix byte for byte', async () => {
    for (const key of ['a/1', 'a/b c/2', 'a/b c/3', 'a//4', 'a+/5', 'a%2F/6', 'á/7']) room.server.put('media', key, storedObject(key));
    const { store } = room.open();
    const level = async (text: string) => {
      const found = await store.list(prefix('media', text), { ...page, isRecursive: false });
      return [keysOf(found), found.folders];
    };
    expect(await level('')).toEqual([[], ['a%2F/', 'a+/', 'a/', 'á/'].map((text) => prefix('media', text))]);
    expect(await level('a/')).toEqual([['a/1'], [prefix('media', 'a//'), prefix('media', 'a/b c/')]]);
    expect(await level('a/b c/')).toEqual([['a/b c/2', 'a/b c/3'], []]);
    expect(await level('a+')).toEqual([[], [prefix('media', 'a+/')]]);
  });

  test('goes on where the page before ended, by as many as asked', async () => {
    for (let index = 0; index < 7; index += 1) room.server.put('media', `${index}.jpg`, storedObject('x'));
    const { store } = room.open();
    const first = await store.list(prefix('media'), { ...page, limit: 3 });
    const second = await store.list(prefix('media'), { ...page, limit: 5, cursor: first.cursor });
    expect([keysOf(first), keysOf(second), second.cursor]).toEqual([
      ['0.jpg', '1.jpg', '2.jpg'],
      ['3.jpg', '4.jpg', '5.jpg', '6.jpg'],
      null,
    ]);
  });

  test('follows the bucket into its region, and stops when it is told to', async () => {
    room.server.put('far', 'a', storedObject('x'));
    const { store } = room.open();
    expect(keysOf(await store.list(prefix('far'), page))).toEqual(['a']);
    const stopped = new AbortController();
    stopped.abort();
    expect((await errorOf(() => store.list(prefix('far'), { ...page, signal: stopped.signal }))).cause).toBe('cancelled');
  });

  test('that is refused says that listing is, and that reading may not be', async () => {
    expect(await sentencesOf(() => room.open().store.list(prefix('hidden'), page))).toEqual([
      'access_denied',
      'environment may not list this bucket. Reading its files by name may still be allowed.',
      'Give the addresses of the files, or ask the owner for s3:ListBucket. If the bucket charges its readers, allow that with “requester_pays” under “stores” in the settings.',
    ]);
    expect(await sentencesOf(() => room.open({ env: nobody }).store.list(prefix('open'), page))).toEqual([
      'no_credentials',
      'Listing this bucket needs credentials and none were found. Its files may be readable without.',
      'Log in with “aws configure” or “aws sso login”; Vitrine notices by itself.',
    ]);
  });

  test('is asked for without credentials after held ones were refused, which says nothing about reading or about single objects', async () => {
    room.server.put('shown', 'a', storedObject('public'));
    const { store, access } = room.open({ env: unknown });
    for (let count = 0; count < 2; count += 1) expect(keysOf(await store.list(prefix('shown', 'a'), page))).toEqual(['a']);
    expect(room.asked()).toEqual([
      'HEAD /shown 200 unsigned',
      'GET /shown/ 403 signed',
      'GET /shown/ 200 unsigned',
      'GET /shown/ 200 unsigned',
    ]);
    expect([access.readsWithoutCredentials('shown'), access.publicObjects.has({ bucket: 'shown', key: 'a' })]).toEqual([false, false]);
  });
});

describe('a walk through a listing', () => {
  const recursive = { isRecursive: true, signal };

  test('gives all pages in order', async () => {
    const keys = Array.from({ length: 2_300 }, (_, index) => `photos/${String(index).padStart(5, '0')}.jpg`);
    for (const key of keys) room.server.put('media', key, storedObject('x'));
    room.server.put('media', 'other', storedObject('x'));
    const pages = await everything(listAll(room.open({ env: reader }).store, prefix('media', 'photos/'), recursive));
    expect(pages.map(({ objects }) => objects.length)).toEqual([1_000, 1_000, 300]);
    expect(pages.flatMap(keysOf)).toEqual(keys);
  });

  const pageWith = (cursor: string | null): ListPage => ({ objects: [], folders: [], placeholders: 0, empty: 0, cursor });

  test('asks for the next page while the consumer works on one, and for no more than that', async () => {
    const asked: (string | null)[] = [];
    const seen: string[] = [];
    const list = async (_: unknown, { cursor }: { cursor: string | null }) => {
      asked.push(cursor);
      return pageWith(cursor === 'c' ? null : cursor === null ? 'a' : String.fromCharCode(cursor.charCodeAt(0) + 1));
    };
    for await (const { cursor } of listAll({ list }, prefix('media'), recursive))
      seen.push(`${cursor} after asking for ${asked.join(' ')}`);
    expect(seen).toEqual(['a after asking for  a', 'b after asking for  a b', 'c after asking for  a b c', 'null after asking for  a b c']);
  });

  test('gives what came before a failure, and the failure then', async () => {
    const seen: (string | null)[] = [];
    const list = async (_: unknown, { cursor }: { cursor: string | null }) => {
      if (cursor !== null) throw fail('throttled', { message: 'The server asked to slow down.' });
      return pageWith('next');
    };
    const walk = async () => {
      for await (const { cursor } of listAll({ list }, prefix('media'), recursive)) seen.push(cursor);
    };
    expect([(await errorOf(walk)).cause, seen]).toEqual(['throttled', ['next']]);
  });

  test('ends where a page names itself as the next', async () => {
    const list = async () => pageWith('again');
    expect((await errorOf(() => everything(listAll({ list }, prefix('media'), recursive)))).cause).toBe('server_error');
  });

  test('that is left early stops the page on its way', async () => {
    const signals: AbortSignal[] = [];
    const list = async (_: unknown, options: { signal: AbortSignal }) => {
      signals.push(options.signal);
      return pageWith(`${signals.length}`);
    };
    for await (const _ of listAll({ list }, prefix('media'), recursive)) break;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
