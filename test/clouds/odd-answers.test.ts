/** What the stores of S3, Cloud Storage and Azure make of answers that are not what was asked for: the same, in the same words. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createAzureStore } from '../../src-main/stores/azure.ts';
import type { Timeouts } from '../../src-main/stores/connections.ts';
import { createGcsStore } from '../../src-main/stores/gcs.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import type { KnownState, Store } from '../../src-main/stores/store.ts';
import { errorOf } from '../../src-shared/model/error.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { cloudRooms } from '../links/cloud-rooms.ts';
import { objectReference } from '../links/odd-keys.ts';
import * as faults from '../servers/faults.ts';
import { startGcsServer } from '../servers/gcs-server.ts';
import type { LoopbackServer } from '../servers/loopback-server.ts';
import { type StoredObject, storedObject } from '../servers/stored-object.ts';
import { outcomeLine } from '../stores/web-room.ts';
import { blobReference, rulesFor, serveAzure, withKey } from './azure-room.ts';
import { openS3Room } from './s3-room.ts';

const text = 'The quick brown fox jumps over the lazy dog';
const md5 = '9e107d9d372bb6826bd81d3542a419d6';
const signal = new AbortController().signal;

interface Cloud {
  readonly store: Store;
  readonly server: LoopbackServer & { release(): void };
  readonly reference: Reference;
  put(object: StoredObject, ...spoiled: faults.Fault[]): void;
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const common = { meter: { requestSent() {}, bytesReceived() {} }, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {} };

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'vitrine-cloud-'));
  closers.push(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

const clouds: Record<string, (timeouts?: Timeouts) => Promise<Cloud>> = {
  async S3(timeouts) {
    const room = await openS3Room({ buckets: { media: {} } });
    closers.push(room.close);
    const { store } = room.open(timeouts ? { timeouts } : {});
    // The bucket is asked for its region once.
    room.server.put('media', 'other', storedObject('x'));
    await store.stat(objectReference('s3', 'media', 'other'), signal);
    return {
      store,
      server: room.server,
      reference: objectReference('s3', 'media', 'fox'),
      put: (object, ...spoiled) => room.server.put('media', 'fox', object, ...spoiled),
    };
  },
  async 'Cloud Storage'(timeouts) {
    const server = await startGcsServer({ buckets: { media: { public: 'read' } } });
    closers.push(server.close);
    const { gcs } = cloudRooms({ home: newHome(), env: { STORAGE_EMULATOR_HOST: server.origin } });
    const store = createGcsStore({ ...common, access: gcs, now: Date.now, ...(timeouts ? { timeouts } : {}) });
    closers.push(store.close);
    return {
      store,
      server,
      reference: objectReference('gs', 'media', 'fox'),
      put: (object, ...spoiled) => void server.put('media', 'fox', object, ...spoiled),
    };
  },
  async Azure(timeouts) {
    const server = await serveAzure();
    closers.push(server.close);
    const { azure } = cloudRooms({ home: newHome(), rules: rulesFor(server), env: withKey, ...(timeouts ? { timeouts } : {}) });
    closers.push(() => azure.close());
    return {
      store: createAzureStore({ ...common, access: azure }),
      server,
      reference: blobReference('media', 'fox'),
      put: (object, ...spoiled) => void server.put('mediaaccount', 'media', 'fox', object, ...spoiled),
    };
  },
};

const other = 'server_error: HOST sent other bytes than it was asked for.';
const fewer = 'server_error: HOST sent fewer bytes than it was asked for.';
const broke = 'unreachable: The connection to HOST broke.';

describe.each(Object.entries(clouds))('%s', (_, open) => {
  test.each([
    ['a whole shorter than announced', faults.wrongLength(7), null, `0/50 ${text} ${broke}`],
    ['a part shorter than announced', faults.wrongLength(2), [4, 9], other],
    ['a part longer than announced', faults.wrongLength(-2), [4, 9], other],
    ['a body that breaks off', faults.dropsAfter(5), [4, 40], `4/43 quick ${broke}`],
    ['ignored ranges', faults.noRanges(), [4, 9], '4/43 quick'],
    ['no length', faults.chunked(), [4, 9], '4/null quick'],
    ['a part that begins later', faults.wrongContentRange(), [4, 9], other],
    ['a part that begins earlier', faults.wrongContentRange({ how: 'earlier' }), [4, 9], `4/43 quic ${fewer}`],
    ['a part that says not where', faults.wrongContentRange({ how: 'missing' }), [4, 9], other],
    ['a part in other units', faults.wrongContentRange({ how: 'otherUnit' }), [4, 9], other],
    ['one part of many', faults.wrongContentRange({ how: 'multipart' }), [4, 9], other],
    ['another total', faults.wrongContentRange({ how: 'otherTotal' }), [4, null], `4/44 ${text.slice(4)} ${fewer}`],
  ] as const)('gives right bytes or says what is wrong: %s', async (__, fault, range, outcome) => {
    const { store, reference, put } = await open();
    put(storedObject(text), fault);
    const asked = { range: range === null ? null : { start: range[0], end: range[1] }, isOneTry: true as const, signal };
    expect(await outcomeLine(store.read(reference, asked))).toBe(outcome);
  });

  test('gives all bytes to whoever has use for them, where ranges are ignored, and says so', async () => {
    const { store, reference, put } = await open();
    const asked = { range: { start: 4, end: 9 }, mayBeginEarlier: true as const, signal };
    put(storedObject(text), faults.noRanges());
    const whole = await store.read(reference, asked);
    expect([whole.isWhole, await outcomeLine(Promise.resolve(whole))]).toEqual([true, `0/43 ${text}`]);
    put(storedObject(text));
    const part = await store.read(reference, asked);
    expect([part.isWhole, await outcomeLine(Promise.resolve(part))]).toEqual([false, '4/43 quick']);
  });

  test('gives an empty body for an empty object, by range and whole', async () => {
    const { store, reference, put } = await open();
    put(storedObject(''));
    const lines = [{ start: 0, end: 4096 }, null].map((range) => outcomeLine(store.read(reference, { range, signal })));
    expect(await Promise.all(lines)).toEqual(['0/0', '0/0']);
  });

  test('never goes on with a page that says sorry', async () => {
    const { store, reference, put } = await open();
    put(storedObject(text));
    const { etag } = await store.stat(reference, signal);
    put(storedObject(text), faults.htmlWith200());
    const asked = { range: { start: 4, end: null }, ifMatch: etag ?? '', isOneTry: true as const, signal };
    // In Cloud Storage what was put anew has a generation of its own, which is told first.
    expect(await outcomeLine(store.read(reference, asked))).toBe(
      reference.scheme === 'gs'
        ? 'input_failed: The file has changed since it was read.'
        : 'server_error: HOST did not say which version of the file it sent.',
    );
  });

  test('fails at once where the caller retries, and says how long to wait', async () => {
    const { store, server, reference, put } = await open();
    for (const [fault, cause, wait] of [
      [faults.status(503, { retryAfter: '2' }), 'throttled', 2000],
      [faults.status(429, { retryAfter: '1' }), 'throttled', 1000],
      [faults.status(500), 'server_error', undefined],
      [faults.resets(), 'unreachable', undefined],
    ] as const) {
      put(storedObject(text), fault);
      const before = server.counters.requests;
      const error = await store.read(reference, { range: null, isOneTry: true, signal }).then(() => errorOf(null), errorOf);
      expect([error.cause, error.details?.retryAfterMs, server.counters.requests - before]).toEqual([cause, wait, 1]);
    }
  });

  test('closes the socket at once when it is stopped in the middle', async () => {
    const { store, server, reference, put } = await open();
    put(storedObject(text), faults.stalls({ afterBytes: 9 }));
    const abort = new AbortController();
    const answer = await store.read(reference, { range: null, signal: abort.signal });
    abort.abort();
    expect(await outcomeLine(Promise.resolve(answer))).toBe('0/43 The quick cancelled: Stopped by you.');
    expect((await server.whenEnded(({ method, end }) => method === 'GET' && end === 'broken', 'the socket to close')).end).toBe('broken');
  });

  test.each([
    ['before it answers', undefined, ''],
    ['in the middle', 9, '0/43 The quick '],
  ])('gives up on silence %s', async (__, afterBytes, before) => {
    const { store, server, reference, put } = await open({ connectMs: 5000, silenceMs: 250 });
    put(storedObject(text), faults.stalls(afterBytes === undefined ? {} : { afterBytes }));
    const line = await outcomeLine(store.read(reference, { range: null, isOneTry: true, signal }));
    expect(line).toBe(`${before}timeout: No answer from HOST within 0.25 s.`);
    expect((await server.whenEnded(({ method, end }) => method === 'GET' && end === 'broken', 'the socket to close')).end).toBe('broken');
  });

  test('checks on condition: the same costs no bytes, another one is told', async () => {
    const { store, server, reference, put } = await open();
    put(storedObject(text));
    const known: KnownState = await store.stat(reference, signal);
    const before = server.counters;
    expect(await store.check(reference, known, signal)).toEqual({ isSame: true });
    expect([
      server.counters.requests - before.requests,
      server.counters.bodyBytes - before.bodyBytes,
      server.requests.at(-1)?.status,
    ]).toEqual([1, 0, 304]);
    put(storedObject('something else'));
    const checked = await store.check(reference, known, signal);
    expect(checked).toMatchObject({ isSame: false, remote: { size: 14 } });
  });

  test('tells the MD5 of the whole where it is one', async () => {
    const { store, reference, put } = await open();
    const told = async (headers: Record<string, string>) => {
      put(storedObject(text, { headers }));
      const part = await store.read(reference, { range: { start: 4, end: 9 }, signal });
      for await (const __ of part.body);
      return [(await store.stat(reference, signal)).md5, part.remote.md5];
    };
    const base64 = Buffer.from(md5, 'hex').toString('base64');
    const known = await told({ 'content-md5': base64, 'x-ms-blob-content-md5': base64 });
    // An ETag of 32 digits says something with AWS alone, and this is an endpoint of somebody's own.
    expect(known).toEqual(reference.scheme === 's3' ? [undefined, undefined] : [md5, md5]);
    if (reference.scheme === 'az') expect(await told({})).toEqual([undefined, undefined]);
  });
});
