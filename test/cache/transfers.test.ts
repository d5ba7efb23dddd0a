import { expect, test } from 'vitest';
import { createBandwidth } from '../../src-main/cache/bandwidth.ts';
import { createTransfers } from '../../src-main/cache/transfers.ts';
import type { Transfer } from '../../src-shared/model/transfer.ts';
import { referenceOf } from './cache-room.ts';

const { canonical } = referenceOf('https://example.org/film.mp4');

/** A clock that is stepped, and calls what was put off. */
function steppedTime() {
  const later: { at: number; work: () => void }[] = [];
  const time = { now: 0 };
  return {
    clock: () => time.now,
    after: (ms: number, work: () => void) => void later.push({ at: time.now + ms, work }),
    step(ms: number) {
      time.now += ms;
      for (const due of later.splice(0)) {
        if (due.at <= time.now) due.work();
        else later.push(due);
      }
    },
  };
}

test('a transfer says its bytes, the rate of the last three seconds and how long it will take', () => {
  const { clock, after, step } = steppedTime();
  const transfers = createTransfers({ clock, after });
  const note = transfers.begin({ canonical, name: 'film.mp4', purpose: 'whole', priority: 'asked', size: null });
  note.state('running');
  note.sized(100_000);
  expect(transfers.list()[0]).toMatchObject({ state: 'running', bytes: 0, rate: null, secondsLeft: null });
  for (let second = 0; second < 4; second += 1) {
    step(1000);
    note.moved(10_000);
  }
  expect(transfers.list()[0]).toMatchObject({ bytes: 40_000, rate: 10_000, secondsLeft: 6 });
  step(3000);
  expect(transfers.list()[0]).toMatchObject({ bytes: 40_000, rate: null, secondsLeft: null });
  note.restarted('changed');
  expect(transfers.list()[0]).toMatchObject({ bytes: 0, restarted: 'changed' });
});

test('listeners are told ten times a second at most, and once when the last one ended', () => {
  const { clock, after, step } = steppedTime();
  const transfers = createTransfers({ clock, after });
  const told: (readonly Transfer[])[] = [];
  transfers.onTold((list) => told.push(list));
  const note = transfers.begin({ canonical, name: 'film.mp4', purpose: 'whole', priority: 'asked', size: 1000 });
  for (let turn = 0; turn < 100; turn += 1) {
    note.moved(1);
    step(10);
  }
  expect(told.length).toBe(10);
  expect(told.at(-1)?.[0]?.bytes).toBe(100);
  note.moved(1);
  note.end();
  expect(told.length).toBe(11);
  expect(told.at(-1)).toEqual([]);
  step(1000);
  expect(told.length).toBe(11);
});

test('the limit of bandwidth is kept over all bodies, may change while they run, and a burst is short', async () => {
  const time = { now: 0 };
  const waits: number[] = [];
  const limit = { rate: 1000 as number | null };
  const bandwidth = createBandwidth({
    limit: () => limit.rate,
    clock: () => time.now,
    sleep: async (ms) => {
      waits.push(ms);
      time.now += ms;
    },
  });
  const { signal } = new AbortController();
  time.now = 10_000; // a long silence saves up a quarter of a second, and no more
  await bandwidth.take(250, signal);
  expect(waits).toEqual([]);
  for (let part = 0; part < 10; part += 1) await bandwidth.take(500, signal);
  expect(time.now).toBe(15_000);
  limit.rate = 100_000;
  await bandwidth.take(500, signal);
  expect(time.now).toBe(15_005);
  limit.rate = null;
  await bandwidth.take(1_000_000, signal);
  expect(time.now).toBe(15_005);
});
