import { expect, test } from 'vitest';
import { createJobs } from '../../src-main/jobs/job-list.ts';
import type { Job } from '../../src-shared/model/job.ts';

function clock() {
  let time = 0;
  return {
    now: () => time,
    step: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}
const start = { kind: 'compute', title: 'width of beach', tableId: 1 } as const;

test('a job tells its beginning, at most ten steps a second and its end', async () => {
  const { now, step } = clock();
  const jobs = createJobs({ now });
  const told: [Job['state'], number][] = [];
  jobs.onChanged((job) => told.push([job.state, job.done]));
  await jobs.run(start, async (job) => {
    for (let count = 0; count < 20; count += 1) {
      step(20);
      job.advance({ done: 1 });
    }
  });
  expect(told).toEqual([
    ['running', 0],
    ['running', 5],
    ['running', 10],
    ['running', 15],
    ['running', 20],
    ['done', 20],
  ]);
});

test('what came too soon after a telling is told a little later, once, though the work stands still', async () => {
  const { now, step } = clock();
  const waiting: { milliseconds: number; work: () => void }[] = [];
  const later = (milliseconds: number, work: () => void) => {
    waiting.push({ milliseconds, work });
    return () => void waiting.splice(0);
  };
  const jobs = createJobs({ now, later });
  const told: [number, number | null][] = [];
  jobs.onChanged((job) => told.push([job.done, job.total]));
  await jobs.run(start, async (job) => {
    step(30);
    job.advance({ total: 40 });
    job.advance({ done: 2 });
    expect(waiting.map(({ milliseconds }) => milliseconds)).toEqual([70]);
    step(70);
    waiting[0]?.work();
    expect(told).toEqual([
      [0, null],
      [2, 40],
    ]);
    expect(waiting).toEqual([]);
    job.advance({ done: 1 });
  });
  expect(waiting).toEqual([]);
  expect(told.at(-1)).toEqual([3, 40]);
});

test('cancelling aborts the signal and leaves what was done', async () => {
  const jobs = createJobs({ now: () => 0 });
  const result = await jobs.run(start, async (job) => {
    job.advance({ done: 3 });
    expect(jobs.cancel(job.id)).toBe(true);
    return job.signal.aborted;
  });
  expect(result).toBe(true);
  expect(jobs.list().map(({ state, done }) => ({ state, done }))).toEqual([{ state: 'cancelled', done: 3 }]);
  expect(jobs.cancel(1)).toBe(false);
});

test('a job whose work throws is failed, and the error goes on to who waits', async () => {
  const jobs = createJobs({ now: () => 0 });
  await expect(jobs.run(start, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(jobs.list()[0]?.state).toBe('failed');
});
