/** Whether a file of the web is still the one that is known, at no cost where it is. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KnownState } from '../../src-main/stores/store.ts';
import { errorOf } from '../../src-shared/model/error.ts';
import * as faults from '../servers/faults.ts';
import { storedObject } from '../servers/stored-object.ts';
import { openWebRoom, type WebRoom, webReference } from './web-room.ts';

const text = 'The quick brown fox jumps over the lazy dog';
const etag = '"9e107d9d372bb6826bd81d3542a419d6"';
const modified = '2026-01-02T03:04:05.000Z';
const whole: KnownState = { etag, modified, size: 43 };
let room: WebRoom;
beforeEach(async () => {
  room = await openWebRoom();
});
afterEach(() => room.close());

/** The answer in a word, what was asked, and the bytes that it cost on either side. */
async function check(known: KnownState, options: { etag?: string | null; modified?: Date | null; spoiled?: faults.Fault[] } = {}) {
  const { spoiled = [], ...said } = options;
  const url = room.server.put('/fox', storedObject(text, said), ...spoiled);
  const checked = await room.store.check(webReference(url), known, room.abort.signal);
  const asked = room.server.requests.map(({ method, status }) => `${method} ${status}`).join(', ');
  return `${checked.isSame ? 'same' : `now ${checked.remote.etag} ${checked.remote.size}`} (${asked}; ${room.server.counters.bodyBytes} bytes)`;
}

describe('checking a file of the web', () => {
  test.each([
    ['by its ETag', whole, {}, 'same (HEAD 304; 0 bytes)'],
    ['by a weak ETag', { ...whole, etag: 'W/"1"' }, { etag: 'W/"1"' }, 'same (HEAD 304; 0 bytes)'],
    ['by its time', { ...whole, etag: null }, { etag: null }, 'same (HEAD 304; 0 bytes)'],
    ['where conditions are ignored, by its ETag', whole, { spoiled: [faults.noConditions()] }, 'same (HEAD 200; 0 bytes)'],
    [
      'where conditions are ignored, by time and size',
      { ...whole, etag: null },
      { etag: null, spoiled: [faults.noConditions()] },
      'same (HEAD 200; 0 bytes)',
    ],
    ['where HEAD is refused', whole, { spoiled: [faults.status(403, { times: 1, body: '' })] }, 'same (HEAD 403, GET 304; 0 bytes)'],
  ])('knows it again %s', async (_, known, options, said) => {
    expect(await check(known, options)).toBe(said);
  });

  test.each([
    ['another ETag', { ...whole, etag: '"old"' }, {}, `now ${etag} 43 (HEAD 200; 0 bytes)`],
    ['a later time', { ...whole, etag: null, modified: '2026-01-01T00:00:00.000Z' }, { etag: null }, 'now null 43 (HEAD 200; 0 bytes)'],
    ['nothing to compare', { etag: null, modified: null, size: 43 }, {}, `now ${etag} 43 (HEAD 200; 0 bytes)`],
    [
      'another ETag, where HEAD is refused',
      { ...whole, etag: '"old"' },
      { spoiled: [faults.status(405, { times: 1, body: '' })] },
      `now ${etag} 43 (HEAD 405, GET 206; 1 bytes)`,
    ],
  ])('tells what it is now: %s', async (_, known, options, said) => {
    expect(await check(known, options)).toBe(said);
  });

  test('a file that is gone is not one that changed', async () => {
    const { cause, message } = await room.store
      .check(webReference(room.server.url('/gone')), whole, room.abort.signal)
      .then(() => errorOf(new Error('It succeeded.')), errorOf);
    expect([cause, message]).toEqual(['not_found', 'There is no file at this address.']);
  });

  test('a 304 that nobody asked for is no file', async () => {
    const url = room.server.put('/fox', storedObject(text), faults.status(304));
    const { cause, message } = await room.store.stat(webReference(url), room.abort.signal).then(() => errorOf(null), errorOf);
    expect([cause, message]).toEqual(['unsupported', `127.0.0.1:${room.server.port} answered 304, so this address cannot be read.`]);
  });
});
