import { describe, expect, it } from 'vitest';
import { nearestEnd, percentOf, withJobNow } from '../../src-renderer/features/status/activity-store.ts';
import { type Pace, rateOf, roundedLeft, secondsLeft, withSample } from '../../src-renderer/features/status/job-pace.ts';
import type { Job } from '../../src-shared/model/job.ts';

const start = Date.parse('2026-11-24T12:00:00Z');
const job = (more: Partial<Job> = {}): Job => ({
  id: 1,
  kind: 'compute',
  title: 'width of beach',
  tableId: 1,
  state: 'running',
  done: 0,
  failed: 0,
  total: 1000,
  cost: { requests: 0, bytes: 0 },
  startedAt: new Date(start).toISOString(),
  endedAt: null,
  ...more,
});

/** Samples at seconds after the start. */
const paceOf = (...samples: [second: number, done: number][]): Pace =>
  samples.reduce((pace: Pace, [second, done]) => withSample(pace, { at: start + second * 1000, done }), []);
const atSecond = (seconds: number) => start + seconds * 1000;

describe('the pace of a job', () => {
  it.each<[string, Pace, number, number | null]>([
    ['is not known before a second has passed', paceOf([0, 0], [0.5, 100]), 0.5, null],
    ['is that since the start in the first ten seconds', paceOf([0, 0], [2, 100], [4, 200]), 4, 50],
    ['is that of the last ten seconds later on', paceOf([0, 0], [10, 1000], [15, 1010], [20, 1020]), 20, 2],
    ['sinks while nothing comes', paceOf([0, 0], [5, 500]), 10, 50],
    ['is nothing once nothing came for ten seconds', paceOf([0, 0], [5, 500]), 16, 0],
    ['counts a pause from before the window as if it had begun with it', paceOf([0, 0], [60, 100]), 60, 10],
    ['is not known without a sample', [], 5, null],
  ])('%s', (_what, pace, second, rate) => {
    expect(rateOf(pace, atSecond(second))).toBe(rate);
  });

  it('keeps what the window needs and no more, however many samples come', () => {
    const pace = paceOf(...Array.from({ length: 1000 }, (_, step): [number, number] => [step / 10, step]));
    expect(pace.length).toBeLessThanOrEqual(102);
    expect(rateOf(pace, atSecond(99.9))).toBeCloseTo(10, 5);
  });

  it('tells when the job ends after three seconds, failed cells counted as over', () => {
    const pace = paceOf([0, 0], [2, 100], [4, 200]);
    expect(secondsLeft(paceOf([0, 0], [2, 100]), job({ done: 100 }), atSecond(2))).toBeNull();
    expect(secondsLeft(pace, job({ done: 150, failed: 50 }), atSecond(4))).toBe(16);
    expect(secondsLeft(pace, job({ done: 200, total: null }), atSecond(4))).toBeNull();
    expect(secondsLeft(paceOf([0, 0], [1, 100]), job({ done: 100 }), atSecond(30))).toBeNull();
  });

  it.each([
    [0.2, 1],
    [16.4, 16],
    [33, 35],
    [58, 60],
    [110, 120],
    [3_700, 3_720],
  ])('says %s s left as %s s', (seconds, said) => {
    expect(roundedLeft(seconds)).toBe(said * 1000);
  });
});

describe('jobs as they change', () => {
  it('leave their pace when they end', () => {
    const running = withJobNow({ jobs: [], paces: {} }, job({ done: 10 }), atSecond(1));
    expect(Object.keys(running.paces)).toEqual(['1']);
    const ended = withJobNow(running, job({ done: 1000, state: 'done' }), atSecond(2));
    expect([ended.paces, ended.jobs.map(({ state }) => state)]).toEqual([{}, ['done']]);
  });

  it('name the one that ends first', () => {
    const slow = { job: job({ id: 1, done: 900 }), pace: paceOf([0, 890], [5, 900]) };
    const fast = { job: job({ id: 2, done: 500 }), pace: paceOf([0, 0], [5, 500]) };
    const unknown = { job: job({ id: 3, done: 5, total: null }), pace: paceOf([0, 0], [5, 5]) };
    const all = [unknown, slow, fast];
    const paces = Object.fromEntries(all.map((one) => [one.job.id, one.pace]));
    expect(nearestEnd({ jobs: all.map((one) => one.job), paces }, atSecond(5))?.id).toBe(2);
  });

  it('count failed cells into the percent, and none where the total is not known', () => {
    expect([percentOf(job({ done: 30, failed: 11, total: 100 })), percentOf(job({ total: null })), percentOf(job({ total: 0 }))]).toEqual([
      41,
      null,
      null,
    ]);
  });
});
