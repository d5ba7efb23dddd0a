import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGcsStore } from '../../src-main/stores/gcs.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import { createS3Store, type S3Store } from '../../src-main/stores/s3.ts';
import type { Store } from '../../src-main/stores/store.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import type { ObjectReference } from '../../src-shared/reference/reference.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CloudRooms, cloudRooms, signOptions } from './cloud-rooms.ts';
import { objectReference } from './odd-keys.ts';
import { rawGet } from './raw-get.ts';

const signal = new AbortController().signal;
const stranger = { AWS_ACCESS_KEY_ID: 'AKIASTRANGER', AWS_SECRET_ACCESS_KEY: 'stranger-secret' };
/** Keys that the server does not know, so that only the try without any succeeds. */
const unknown = { AWS_ACCESS_KEY_ID: 'AKIANOBODY', AWS_SECRET_ACCESS_KEY: 'no-secret' };
const surroundings = {
  meter: { requestSent() {}, bytesReceived() {} },
  retryPolicy: createRetryPolicy(() => 0),
  sleep: async () => {},
  now: Date.now,
};

let s3: S3Server;
let gcs: GcsServer;
const stores: S3Store[] = [];

beforeEach(async () => {
  s3 = await startS3Server({
    keys: [{ accessKeyId: 'AKIASTRANGER', secretAccessKey: 'stranger-secret' }],
    buckets: { open: { public: 'read', readers: [] }, media: { readers: [] }, shared: {} },
  });
  for (const bucket of ['open', 'media', 'shared']) s3.put(bucket, 'a b#1.jpg', storedObject('bytes'));
  s3.put('open', 'other.jpg', storedObject('bytes'));
  s3.put('open', '../up.jpg', storedObject('bytes'));
  gcs = await startGcsServer({ buckets: { open: { public: 'read-and-list' }, media: {} } });
  for (const bucket of ['open', 'media']) gcs.put(bucket, 'a b#1.jpg', storedObject('bytes'));
});
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  await Promise.all([s3.close(), gcs.close()]);
});

function roomsWith(env: Record<string, string> = {}): CloudRooms & { storeOf: (scheme: string) => Store } {
  const rooms = cloudRooms({ env: { AWS_ENDPOINT_URL_S3: s3.origin, STORAGE_EMULATOR_HOST: gcs.origin, ...env } });
  const s3Store = createS3Store({ access: rooms.s3, ...surroundings });
  stores.push(s3Store);
  const gcsStore = createGcsStore({ access: rooms.gcs, ...surroundings });
  return { ...rooms, storeOf: (scheme) => (scheme === 's3' ? s3Store : gcsStore) };
}

const read = ({ storeOf }: ReturnType<typeof roomsWith>, object: ObjectReference) =>
  outcomeOf(() => storeOf(object.scheme).stat(object, signal));

test.each([
  ['s3', unknown],
  ['s3', {}],
  ['gs', {}],
] as const)(
  'an object of %s that a reader without credentials was let in to has a plain address that opens (keys held: %o)',
  async (scheme, env) => {
    const rooms = roomsWith(env);
    const object = objectReference(scheme, 'open', 'a b#1.jpg');
    expect(await rooms.links.plainAddress(object, signal)).toBeNull();
    expect((await read(rooms, object)).ok).toBe(true);
    const requests = s3.counters.requests + gcs.counters.requests;
    const address = await rooms.links.plainAddress(object, signal);
    expect(s3.counters.requests + gcs.counters.requests).toBe(requests);
    expect(address).toBe(`${scheme === 's3' ? s3.origin : gcs.origin}/open/a%20b%231.jpg`);
    expect(await rawGet(address ?? '')).toEqual({ status: 200, body: 'bytes' });
  },
);

test('nothing is guessed: not of a neighbour, not of what only the keys opened, not of what was refused', async () => {
  const rooms = roomsWith(stranger);
  for (const [bucket, isRead] of [
    ['open', true],
    ['media', false],
    ['shared', true],
  ] as const)
    expect((await read(rooms, objectReference('s3', bucket, 'a b#1.jpg'))).ok).toBe(isRead);
  expect((await read(rooms, objectReference('gs', 'media', 'a b#1.jpg'))).ok).toBe(false);
  const addressed = async (object: ObjectReference) => (await rooms.links.plainAddress(object, signal)) !== null;
  expect(await addressed(objectReference('s3', 'open', 'other.jpg'))).toBe(false);
  expect(await addressed(objectReference('s3', 'media', 'a b#1.jpg'))).toBe(false);
  expect(await addressed(objectReference('s3', 'shared', 'a b#1.jpg'))).toBe(false);
  expect(await addressed(objectReference('gs', 'media', 'a b#1.jpg'))).toBe(false);
});

test('a name that no browser can open has no plain address', async () => {
  const rooms = roomsWith({});
  const object = objectReference('s3', 'open', '../up.jpg');
  expect((await read(rooms, object)).ok).toBe(true);
  expect(await rooms.links.plainAddress(object, signal)).toBeNull();
});

test('without credentials the link of a public object is said to be one only once that is known', async () => {
  const rooms = roomsWith({});
  const object = objectReference('s3', 'open', 'a b#1.jpg');
  const warnings = async () => {
    const outcome = await rooms.links.sign(object, signOptions());
    return outcome.ok ? outcome.value.warnings : [outcome.error.message];
  };
  expect(await warnings()).toEqual(['Nothing was found to sign with, so this link works only if the object is public.']);
  await read(rooms, object);
  expect(await warnings()).toEqual([]);
});
