import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archiveStateOf } from '../../src-main/stores/s3-archive.ts';
import { isArchived } from '../../src-shared/model/media.ts';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import { memoryOf } from '../links/cloud-rooms.ts';
import { objectReference } from '../links/odd-keys.ts';
import { storedObject } from '../servers/stored-object.ts';
import { errorOf, openS3Room, reader, type S3Room, sentencesOf, signal, stranger, textOf, unknown, whole } from './s3-room.ts';

let room: S3Room;

beforeEach(async () => {
  room = await openS3Room({
    buckets: {
      kept: { versions: true },
      cold: { readers: ['AKIAREADER'] },
      paid: { requesterPays: true },
      open: { public: 'read', readers: [] },
      partly: { readers: ['AKIAREADER'] },
    },
  });
});
afterEach(() => room.close());

const pinned = (bucket: string, key: string, version: string) => keyedAddress({ scheme: 's3', bucket, key, version });

describe('a pinned version', () => {
  test('is read and asked for as it was, whatever stands there now', async () => {
    room.server.put('kept', 'a.jpg', storedObject('first'));
    room.server.put('kept', 'a.jpg', storedObject('second one'));
    const [, first = ''] = room.server.versionsOf('kept', 'a.jpg');
    const { store } = room.open();
    expect(await textOf(await store.read(pinned('kept', 'a.jpg', first), whole))).toBe('first');
    expect(await textOf(await store.read(objectReference('s3', 'kept', 'a.jpg'), whole))).toBe('second one');
    const facts = await store.stat(pinned('kept', 'a.jpg', first), signal);
    expect(facts.size).toBe(5);
    room.server.remove('kept', 'a.jpg');
    const again = await store.read(pinned('kept', 'a.jpg', first), { range: { start: 1, end: 3 }, ifMatch: facts.etag ?? '', signal });
    expect(await textOf(again)).toBe('ir');
    const other = { ...whole, ifMatch: '"other"' };
    expect((await errorOf(() => store.read(pinned('kept', 'a.jpg', first), other))).cause).toBe('input_failed');
  });

  test.each(['v99', 'never an id'])('that is not there is said to be missing, and not the file: %s', async (version) => {
    room.server.put('kept', 'a.jpg', storedObject('x'));
    const { store } = room.open();
    const missing = [
      'not_found',
      'There is no such version of this file.',
      'Give the address of another version, or the address without one.',
    ];
    expect(await sentencesOf(() => store.read(pinned('kept', 'a.jpg', version), whole))).toEqual(missing);
    expect(await sentencesOf(() => store.stat(pinned('kept', 'a.jpg', version), signal))).toEqual(missing);
  });

  test('that only notes a deletion says so, as does the file that was deleted', async () => {
    room.server.put('kept', 'a.jpg', storedObject('x'));
    room.server.remove('kept', 'a.jpg');
    const [marker = ''] = room.server.versionsOf('kept', 'a.jpg');
    const { store } = room.open();
    const next = 'Give the address of an older version, or remove the row.';
    const gone = ['not_found', 'The file was deleted. The bucket keeps versions, so an older one may still be there.', next];
    const note = ['not_found', 'This version only notes that the file was deleted; it has no bytes.', next];
    const place = objectReference('s3', 'kept', 'a.jpg');
    expect(await sentencesOf(() => store.read(place, whole))).toEqual(gone);
    expect(await sentencesOf(() => store.stat(place, signal))).toEqual(gone);
    expect(await sentencesOf(() => store.read(pinned('kept', 'a.jpg', marker), whole))).toEqual(note);
    expect(await sentencesOf(() => store.stat(pinned('kept', 'a.jpg', marker), signal))).toEqual(note);
  });
});

describe('an archived object', () => {
  const put = (key: string, headers: Record<string, string>) => room.server.put('cold', key, storedObject('cold bytes', { headers }));
  const ongoing = 'ongoing-request="true"';
  const done = 'ongoing-request="false", expiry-date="Thu, 03 Dec 2026 00:00:00 GMT"';

  test.each([
    [{ 'x-amz-storage-class': 'GLACIER' }, { state: 'archived' }, true],
    [{ 'x-amz-storage-class': 'DEEP_ARCHIVE', 'x-amz-restore': ongoing }, { state: 'restoring' }, true],
    [{ 'x-amz-storage-class': 'GLACIER', 'x-amz-restore': done }, { state: 'restored', until: '2026-12-03T00:00:00.000Z' }, false],
    [{ 'x-amz-storage-class': 'INTELLIGENT_TIERING', 'x-amz-archive-status': 'ARCHIVE_ACCESS' }, { state: 'archived' }, true],
    [{ 'x-amz-storage-class': 'INTELLIGENT_TIERING' }, undefined, false],
    [{ 'x-amz-storage-class': 'GLACIER_IR' }, undefined, false],
  ])('says where it stands: %j', async (headers, archive, isAway) => {
    put('a', headers);
    const facts = await room.open().store.stat(objectReference('s3', 'cold', 'a'), signal);
    expect([facts.archive, isArchived(facts)]).toEqual([archive, isAway]);
  });

  test('reads a date that nobody can read as no date', () => {
    const restore = 'ongoing-request="false", expiry-date="soon"';
    expect(archiveStateOf({ storageClass: 'GLACIER', restore, archiveStatus: null })).toEqual({ state: 'restored' });
  });

  test.each([
    [
      { 'x-amz-storage-class': 'GLACIER' },
      'The file is in GLACIER and must be restored first.',
      `Run “aws s3api restore-object --bucket cold --key 'it'\\''s a.jpg' --restore-request '{"Days":7}'”, which takes minutes (Expedited), 3 to 5 hours (Standard) or 5 to 12 hours (Bulk); then retry.`,
    ],
    [
      { 'x-amz-storage-class': 'DEEP_ARCHIVE' },
      'The file is in DEEP_ARCHIVE and must be restored first.',
      `Run “aws s3api restore-object --bucket cold --key 'it'\\''s a.jpg' --restore-request '{"Days":7}'”, which takes up to 12 hours (Standard) or 48 hours (Bulk); then retry.`,
    ],
    [
      { 'x-amz-storage-class': 'INTELLIGENT_TIERING', 'x-amz-archive-status': 'DEEP_ARCHIVE_ACCESS' },
      'The file is in DEEP_ARCHIVE_ACCESS and must be restored first.',
      `Run “aws s3api restore-object --bucket cold --key 'it'\\''s a.jpg' --restore-request '{}'”, which takes up to 12 hours (Standard) or 48 hours (Bulk); then retry.`,
    ],
    [
      { 'x-amz-storage-class': 'DEEP_ARCHIVE', 'x-amz-restore': ongoing },
      'The file is being restored from DEEP_ARCHIVE.',
      'That takes up to 12 hours (Standard) or 48 hours (Bulk); retry then.',
    ],
  ])('is refused with what to do: %j', async (headers, message, next) => {
    put("it's a.jpg", headers);
    const { store } = room.open();
    expect(await sentencesOf(() => store.read(objectReference('s3', 'cold', "it's a.jpg"), whole))).toEqual(['archived', message, next]);
  });

  test('that was restored is read', async () => {
    put('a', { 'x-amz-storage-class': 'DEEP_ARCHIVE', 'x-amz-restore': done });
    expect(await textOf(await room.open().store.read(objectReference('s3', 'cold', 'a'), whole))).toBe('cold bytes');
  });
});

describe('a bucket whose readers pay', () => {
  const place = objectReference('s3', 'paid', 'a.jpg');
  const allowed = [{ match: 's3://paid', requester_pays: true }];
  beforeEach(() => room.server.put('paid', 'a.jpg', storedObject('dear')));

  test('is read and listed once the settings allow it, and the answer says who was billed', async () => {
    const { store } = room.open({ rules: allowed });
    const answer = await store.read(place, whole);
    expect([await textOf(answer), answer.remote.billed]).toEqual(['dear', 'reader']);
    expect((await store.stat(place, signal)).billed).toBe('reader');
    const prefix = { scheme: 's3', bucket: 'paid', prefix: '' } as const;
    expect((await store.list(prefix, { isRecursive: true, cursor: null, signal })).objects).toHaveLength(1);
  });

  test('cannot be told from a closed one before it has charged anybody, and the refusal names the possibility', async () => {
    expect(await sentencesOf(() => room.open().store.read(place, whole))).toEqual([
      'access_denied',
      'environment may not read this file.',
      'Choose another identity, or ask the owner for access. If the bucket charges its readers, allow that with “requester_pays” under “stores” in the settings.',
    ]);
  });

  test('that has charged before says who would pay and how to allow it, also after a restart', async () => {
    const memory = memoryOf(new Map());
    await textOf(await room.open({ rules: allowed, memory }).store.read(place, whole));
    const before = room.asked().length;
    expect(await sentencesOf(() => room.open({ memory }).store.read(place, whole))).toEqual([
      'requester_pays',
      'The bucket “paid” charges its readers: the account of environment would pay for each request and download.',
      'Allow it with “requester_pays”: true for this bucket under “stores” in the settings.',
    ]);
    expect(room.asked().slice(before)).toEqual(['GET /paid/a.jpg 403 signed']);
  });

  test('is not tried without credentials, which nobody could be charged for', async () => {
    await errorOf(() => room.open({ rules: allowed, env: unknown }).store.read(place, whole));
    expect(room.asked()).toEqual(['HEAD /paid 403 unsigned', 'GET /paid/a.jpg 403 signed']);
  });
});

test('a refusal does not name what the settings allow already', async () => {
  room.server.put('cold', 'a', storedObject('private'));
  const { store } = room.open({ env: stranger, rules: [{ match: 's3://cold', requester_pays: true }] });
  expect(await sentencesOf(() => store.read(objectReference('s3', 'cold', 'a'), whole))).toEqual([
    'access_denied',
    'environment may not read this file.',
    'Choose another identity, or ask the owner for access.',
  ]);
});

describe('a bucket that is read without credentials', () => {
  test('after held ones were refused is known after a restart, and can be asked about', async () => {
    room.server.put('open', 'a', storedObject('public'));
    const memory = memoryOf(new Map());
    const first = room.open({ env: unknown, memory });
    expect(first.access.readsWithoutCredentials('open')).toBe(false);
    await textOf(await first.store.read(objectReference('s3', 'open', 'a'), whole));
    const second = room.open({ env: unknown, memory });
    expect([second.access.readsWithoutCredentials('open'), second.access.readsWithoutCredentials('cold')]).toEqual([true, false]);
    const before = room.asked().length;
    await textOf(await second.store.read(objectReference('s3', 'open', 'a'), whole));
    expect(room.asked().slice(before)).toEqual(['GET /open/a 200 unsigned']);
  });

  test('is one of this endpoint alone, and every one that a rule calls anonymous', () => {
    const memory = memoryOf(new Map([[`s3-open-read ${room.server.origin} open`, 'yes']]));
    const rules = [{ match: 's3://named', anonymous: true }];
    const here = room.open({ memory, rules }).access;
    const elsewhere = room.open({ memory, env: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' } }).access;
    expect([here, elsewhere].map((access) => ['open', 'named'].map((bucket) => access.readsWithoutCredentials(bucket)))).toEqual([
      [true, true],
      [false, false],
    ]);
  });

  test('is read with credentials again when they are let in and nobody else is', async () => {
    room.server.put('partly', 'a', storedObject('private'));
    const memory = memoryOf(new Map([[`s3-open-read ${room.server.origin} partly`, 'yes']]));
    const { store, access } = room.open({ env: reader, memory });
    expect(await textOf(await store.read(objectReference('s3', 'partly', 'a'), whole))).toBe('private');
    expect(access.readsWithoutCredentials('partly')).toBe(false);
  });

  test('stays one when both ways are refused for a single object', async () => {
    const memory = memoryOf(new Map([[`s3-open-read ${room.server.origin} partly`, 'yes']]));
    const { store, access } = room.open({ env: stranger, memory });
    room.server.put('partly', 'a', storedObject('private'));
    expect((await errorOf(() => store.read(objectReference('s3', 'partly', 'a'), whole))).cause).toBe('access_denied');
    expect(access.readsWithoutCredentials('partly')).toBe(true);
  });
});
