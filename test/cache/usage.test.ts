import { expect, test } from 'vitest';
import { openUsage } from '../../src-main/cache/usage.ts';
import { newFolder, open } from '../catalog/open-library.ts';

const day = (date: number, hour = 12): number => new Date(2026, 10, date, hour).getTime();

test('uses are counted by day, the last seven that had any, and over all time, across starts', async () => {
  const { memory } = await open(newFolder());
  const time = { now: day(1) };
  const usage = await openUsage({ memory, clock: () => time.now });
  for (const date of [1, 2, 3, 5, 8, 13, 21, 22]) {
    time.now = day(date);
    usage.hit();
    usage.miss();
    usage.fetched(date * 100);
    usage.hit();
  }
  await usage.save(4);
  const again = await openUsage({ memory, clock: () => day(22, 23) });
  again.miss();
  expect(again.days().map(({ day, hits, misses, fetched }) => `${day} ${hits} ${misses} ${fetched}`)).toEqual([
    '2026-11-22 2 2 2200',
    '2026-11-21 2 1 2100',
    '2026-11-13 2 1 1300',
    '2026-11-08 2 1 800',
    '2026-11-05 2 1 500',
    '2026-11-03 2 1 300',
    '2026-11-02 2 1 200',
  ]);
  expect([again.hits, again.misses, again.evictionsBefore]).toEqual([16, 9, 4]);
});

test('counts that another version wrote in its own way are begun anew', async () => {
  const { memory } = await open(newFolder());
  await memory.set('cache.counters', 'many');
  await memory.set('cache.days', '{"not": "a list"}');
  const usage = await openUsage({ memory, clock: () => day(1) });
  expect([usage.hits, usage.misses, usage.evictionsBefore, usage.days()]).toEqual([0, 0, 0, []]);
});
