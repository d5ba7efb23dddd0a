/** What the web store makes of answers that are not what was asked for. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorOf } from '../../src-shared/model/error.ts';
import * as faults from '../servers/faults.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';
import { openWebRoom, outcomeLine, type WebRoom, webReference } from './web-room.ts';

const text = 'The quick brown fox jumps over the lazy dog';
const etag = '"9e107d9d372bb6826bd81d3542a419d6"';
let room: WebRoom;
beforeEach(async () => {
  room = await openWebRoom();
});
afterEach(() => room.close());

function put(...spoiled: faults.Fault[]): string {
  return room.server.put('/fox', storedObject(text), ...spoiled);
}

describe('lengths that are wrong', () => {
  test.each([
    ['a whole that is shorter than announced', null, 7, `0/50 ${text} unreachable: The connection to HOST broke.`],
    // Whoever announces less than there is ends there for every reader; what follows is no answer to anybody.
    ['a whole that is longer than announced', null, -7, `0/36 ${text.slice(0, 36)}`],
    ['a part that is shorter than announced', [4, 9], 2, 'server_error: HOST sent other bytes than it was asked for.'],
    ['a part that is longer than announced', [4, 9], -2, 'server_error: HOST sent other bytes than it was asked for.'],
  ] as const)('%s never looks complete', async (_, range, difference, outcome) => {
    expect(await outcomeLine(room.read(put(faults.wrongLength(difference)), range, { isOneTry: true }))).toBe(outcome);
  });

  test.each([null, [10, null], [10, 40]] as const)('a body that breaks off says so, range %j', async (range) => {
    const start = range?.[0] ?? 0;
    expect(await outcomeLine(room.read(put(faults.dropsAfter(9)), range))).toBe(
      `${start}/43 ${text.slice(start, start + 9)} unreachable: The connection to HOST broke.`,
    );
  });

  test('a body of unknown length that breaks off says so', async () => {
    expect(await outcomeLine(room.read(put(faults.chunked(), faults.dropsAfter(9))))).toBe(
      '0/null The quick unreachable: The connection to HOST broke.',
    );
  });
});

describe('parts that are not the one that was asked for', () => {
  const other = 'server_error: HOST sent other bytes than it was asked for.';
  const fewer = 'server_error: HOST sent fewer bytes than it was asked for.';
  test.each([
    ['later', [4, 9], other],
    ['earlier', [4, 9], `4/43 quic ${fewer}`],
    ['missing', [4, 9], other],
    ['otherUnit', [4, 9], other],
    ['multipart', [4, 9], other],
    ['otherTotal', [4, null], `4/44 ${text.slice(4)} ${fewer}`],
  ] as const)('%s', async (how, range, outcome) => {
    expect(await outcomeLine(room.read(put(faults.wrongContentRange({ how })), range, { isOneTry: true }))).toBe(outcome);
  });
});

describe('servers that ignore ranges', () => {
  test.each([
    ['no ranges', [faults.noRanges()], `0/43 ${text}`],
    ['no length', [faults.chunked()], `0/null ${text}`],
    ['gzip', [faults.gzip()], `0/null ${text}`],
  ] as const)('give the bytes from 0 to whoever has use for them: %s', async (_, spoiled, outcome) => {
    expect(await outcomeLine(room.read(put(...spoiled), [4, null], { mayBeginEarlier: true }))).toBe(outcome);
    expect(room.metered.requests).toBe(1);
  });

  test('a server that knows them begins where it was asked to', async () => {
    expect(await outcomeLine(room.read(put(), [4, 9], { mayBeginEarlier: true }))).toBe('4/43 quick');
  });
});

describe('compressed answers', () => {
  test('a part of one is given up for the whole, which is cut or given as it is', async () => {
    const packed = storedObject(gzipSync(text), { headers: { 'content-encoding': 'gzip' } });
    const url = room.server.put('/packed', packed);
    expect([await outcomeLine(room.read(url, [4, 9])), await outcomeLine(room.read(url, [4, 9], { mayBeginEarlier: true }))]).toEqual([
      '4/null quick',
      `0/null ${text}`,
    ]);
    expect(room.server.requests.map(({ status }) => status)).toEqual([206, 200, 206, 200]);
  });

  test.each([
    ['is cut by the server', gzipSync(text).subarray(0, 30), 'gzip', 'corrupt: The file is damaged: it cannot be decompressed.'],
    ['is no such thing', text, 'gzip', 'corrupt: The file is damaged: it cannot be decompressed.'],
    ['is of a kind that nobody knows', text, 'x-own', 'unsupported: HOST sent the file in an encoding that cannot be read.'],
  ])('one that %s says so', async (_, body, encoding, outcome) => {
    const url = room.server.put('/packed', storedObject(body, { headers: { 'content-encoding': encoding } }));
    expect((await outcomeLine(room.read(url))).slice(-outcome.length)).toBe(outcome);
  });

  test('one that breaks off says that the connection broke', async () => {
    const noise = Buffer.from(generatedObject(300_000, 3).slice(0, 300_000)).map((byte, index) => byte ^ (index * index));
    const url = room.server.put(
      '/packed',
      storedObject(gzipSync(noise), { headers: { 'content-encoding': 'gzip' } }),
      faults.dropsAfter(900),
    );
    expect(await outcomeLine(room.read(url))).toMatch(/unreachable: The connection to HOST broke\.$/);
  });
});

describe('another file than the one that was begun', () => {
  test('a new version in its place is told, by 412 and by a server that knows no conditions', async () => {
    const changed = 'input_failed: The file has changed since it was read.';
    expect(await outcomeLine(room.read(put(), [4, 9], { ifMatch: '"old"' }))).toBe(changed);
    expect(await outcomeLine(room.read(put(faults.noConditions()), [4, 9], { ifMatch: '"old"' }))).toBe(changed);
    expect(room.server.requests.map(({ status }) => status)).toEqual([412, 206]);
  });

  test('a page that says sorry with 200 is not taken for the rest of a file', async () => {
    const { cause, message, next } = await room
      .read(put(faults.htmlWith200()), [4, null], { ifMatch: etag, mayBeginEarlier: true, isOneTry: true })
      .then(() => errorOf(new Error('It succeeded.')), errorOf);
    expect([cause, message.replace(/127\S+/, 'HOST'), next]).toEqual([
      'server_error',
      'HOST did not say which version of the file it sent.',
      'Try again later.',
    ]);
  });

  test('range and condition go along where the address leads on', async () => {
    room.server.put('/elsewhere', storedObject(text));
    expect(await outcomeLine(room.read(put(faults.redirectTo('/elsewhere', { times: 1 })), [4, 9], { ifMatch: etag }))).toBe('4/43 quick');
    expect(room.server.requests.map(({ rawPath, headers }) => `${rawPath} ${headers.range} ${headers['if-match']}`)).toEqual([
      `/fox bytes=4-8 ${etag}`,
      `/elsewhere bytes=4-8 ${etag}`,
    ]);
  });
});

describe('one try', () => {
  test.each([
    [faults.status(429, { retryAfter: '2' }), 'throttled', 2000],
    [faults.status(503, { retryAfter: 'Thu, 01 Jan 2026 00:00:07 GMT' }), 'throttled', 7000],
    [faults.status(503), 'server_error', undefined],
    [faults.resets(), 'unreachable', undefined],
    [faults.dropsAfter(0), 'unreachable', undefined],
  ] as const)('fails at once and says how long to wait: %j', async (fault, cause, wait) => {
    const error = await room.read(put(fault), null, { isOneTry: true }).then(() => errorOf(new Error('It succeeded.')), errorOf);
    expect([error.cause, error.details?.retryAfterMs, error.details?.attempts, room.metered.requests]).toEqual([cause, wait, undefined, 1]);
  });
});

test('a body that goes silent times out, and the socket is closed', async () => {
  const impatient = await openWebRoom(250);
  try {
    const url = impatient.server.put('/fox', storedObject(text), faults.stalls({ afterBytes: 9 }));
    expect(await outcomeLine(impatient.read(url))).toBe('0/43 The quick timeout: No answer from HOST within 0.25 s.');
    expect((await impatient.server.whenEnded(() => true, 'the socket to close')).end).toBe('broken');
  } finally {
    await impatient.close();
  }
});

test('the MD5 is told of a whole that comes as it is, and of nothing else', async () => {
  const md5 = '9e107d9d372bb6826bd81d3542a419d6';
  const base64 = Buffer.from(md5, 'hex').toString('base64');
  const told = async (headers: Record<string, string>, range: readonly [number, number] | null = null) => {
    const answer = await room.read(room.server.put('/fox', storedObject(text, { headers })), range);
    for await (const _ of answer.body);
    return answer.remote.md5;
  };
  expect([
    await told({ 'content-md5': base64 }),
    await told({ 'repr-digest': `sha-256=:AAAA:, md5=:${base64}:` }),
    await told({ 'content-md5': base64 }, [4, 9]),
    await told({ 'content-md5': 'nonsense' }),
    await told({}),
  ]).toEqual([md5, md5, undefined, undefined, undefined]);
  const url = room.server.put('/fox', storedObject(text, { headers: { 'content-md5': base64 } }));
  expect((await room.store.stat(webReference(url), room.abort.signal)).md5).toBe(md5);
});
