import { describe, expect, it } from 'vitest';
import { words } from '../../src-renderer/app/words.ts';
import { amountAt, amountOf, bytesOf, sliderPlace, sliderSteps } from '../../src-renderer/features/cache/byte-amounts.ts';
import { cacheBar, isDiskNearlyFull, localDay, useOf } from '../../src-renderer/features/cache/cache-facts.ts';
import { stateWords } from '../../src-renderer/features/cache/cache-files.tsx';
import { turnedFiles } from '../../src-renderer/features/cache/cache-store.ts';
import { typedSetting } from '../../src-renderer/features/cache/stream-part.tsx';

const status = { bytes: 3.1e9, files: 12, limit: 10e9, hits: 0, misses: 0, evictions: 0, kept: 1e9 };
const disk = { free: 50e9, floor: 2e9, total: 100e9 };

describe('the limit as it is typed', () => {
  it.each([
    [{ text: '10', unit: 'GB' }, 10e9],
    [{ text: '1,5', unit: 'TB' }, 1.5e12],
    [{ text: ' 250 ', unit: 'MB' }, 250e6],
    [{ text: '0', unit: 'GB' }, null],
    [{ text: '-1', unit: 'GB' }, null],
    [{ text: '', unit: 'GB' }, null],
    [{ text: 'ten', unit: 'GB' }, null],
  ] as const)('%j is %s bytes', (typed, bytes) => {
    expect(bytesOf(typed)).toBe(bytes);
  });

  it('is shown in its largest unit, and read back as it was', () => {
    expect([10e9, 1.5e12, 250e6].map(amountOf)).toEqual([
      { text: '10', unit: 'GB' },
      { text: '1.5', unit: 'TB' },
      { text: '250', unit: 'MB' },
    ]);
    expect([10e9, 1.5e12, 250e6].map((bytes) => bytesOf(amountOf(bytes)))).toEqual([10e9, 1.5e12, 250e6]);
  });

  it('goes from 100 MB to the whole disk on the slider, in steps that grow', () => {
    expect([amountAt(0, 1e12), amountAt(sliderSteps / 2, 1e12), amountAt(sliderSteps, 1e12)]).toEqual([100e6, 10e9, 1e12]);
    expect([10e6, 100e6, 10e9, 1e12, 5e12].map((bytes) => sliderPlace(bytes, 1e12))).toEqual([0, 0, 100, 200, 200]);
  });
});

describe('the bar of the cache', () => {
  it('is kept, other, and free up to the limit', () => {
    expect(cacheBar({ status, disk })).toEqual({ kept: 1e9, other: 2.1e9, free: 6.9e9, beyond: 0 });
  });

  it('leaves out of what is free what the disk has not above its floor', () => {
    expect(cacheBar({ status, disk: { ...disk, free: 5e9 } })).toEqual({ kept: 1e9, other: 2.1e9, free: 3e9, beyond: 3.9e9 });
    expect(cacheBar({ status: { ...status, limit: 2e9 }, disk })).toEqual({ kept: 1e9, other: 2.1e9, free: 0, beyond: 0 });
  });

  it('warns of the disk only where it is nearly full before the limit is reached', () => {
    expect([50e9, 2.5e9, 1e9].map((free) => isDiskNearlyFull({ status, disk: { ...disk, free } }))).toEqual([false, true, true]);
    expect(isDiskNearlyFull({ status: { ...status, bytes: 9.9e9 }, disk: { ...disk, free: 2.5e9 } })).toBe(false);
  });
});

describe('the words of the cache', () => {
  it('count hits of seven days, and bytes of today alone', () => {
    const days = [
      { day: '2026-11-24', hits: 90, misses: 10, fetched: 5e6 },
      { day: '2026-11-23', hits: 2, misses: 98, fetched: 9e6 },
    ];
    expect(useOf(days, '2026-11-24')).toEqual({ hits: 92, reads: 200, fetched: 5e6 });
    expect(useOf(days, '2026-11-25').fetched).toBe(0);
    expect(localDay(new Date(2026, 10, 4, 23, 59).getTime())).toBe('2026-11-04');
    expect(words.hitsOf(92, 200)).toBe('46\u00a0% of 200 times in 7 days');
    expect(words.hitsOf(0, 0)).toBe('nothing was read in 7 days');
  });

  it('say what a file of it is', () => {
    const file = { state: 'whole', bytes: 8e6, size: 8e6, isKept: false, isInUse: false, isChanged: false } as const;
    expect([
      stateWords(file),
      stateWords({ ...file, isKept: true, isInUse: true }),
      stateWords({ ...file, state: 'part', bytes: 3e6, size: 8.4e6 }),
      stateWords({ ...file, state: 'part', bytes: 3e6, size: null, isKept: true }),
      stateWords({ ...file, isChanged: true }),
    ]).toEqual([
      'in the cache',
      'kept offline, in use',
      'part: 3 of 8.4\u00a0MB',
      '3\u00a0MB in parts, kept offline',
      'in the cache, changed upstream',
    ]);
  });

  it('say what the user may read as M16 and M29', () => {
    expect(words.clearCacheQuestion(3.1e9)).toBe('Frees 3.1\u00a0GB. References, thumbnails and values stay.');
    expect(words.limitBelowKept(4e9)).toBe('4\u00a0GB is kept offline, so the limit cannot be below that.');
    expect(words.dropping(2.1e9)).toBe('Dropping 2.1\u00a0GB…');
    expect(words.cacheUsedOf(3.1e9, 10e9)).toBe('3.1 of 10\u00a0GB');
    expect(words.clearedLeft(2, 1)).toBe('2 files stay kept offline. 1 file is in use.');
    expect(words.verified(1204, 3.1e9, 0)).toBe('1,204 files verified, 3.1\u00a0GB: all as they were stored.');
    expect(words.verified(12, 3e6, 1)).toBe('12 files verified, 3\u00a0MB: 1 was wrong.');
  });

  it('turns its list a page at a time and no further than its ends', () => {
    const pages = (start: number, total: number) => ([-1, 1] as const).map((step) => turnedFiles({ start, total }, step));
    expect([pages(0, 50), pages(0, 250), pages(200, 250)]).toEqual([
      [null, null],
      [null, 100],
      [100, null],
    ]);
  });

  it('takes an empty setting for none, and hands on what is no number as it was typed', () => {
    expect([typedSetting('', 1e6), typedSetting('2,5', 1e6), typedSetting('24', 1), typedSetting('soon', 1)]).toEqual([
      null,
      2_500_000,
      24,
      'soon',
    ]);
  });
});
