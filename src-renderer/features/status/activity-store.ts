/** What goes on behind the screen: jobs, the cache, what undo would do, whether the core can be reached. */
import { createStore } from 'zustand/vanilla';
import type { CacheStatus } from '../../../src-shared/contract/files.ts';
import type { Job } from '../../../src-shared/model/job.ts';

export interface ActivityState {
  /** Running first, newest first; ended ones leave when 20 newer came. */
  readonly jobs: readonly Job[];
  readonly cache: CacheStatus | null;
  readonly undo: string | null;
  readonly redo: string | null;
  readonly isReachable: boolean;
}

/** Makes the store of jobs, undo labels, errors and the cache. */
export function createActivityStore() {
  return createStore<ActivityState>(() => ({ jobs: [], cache: null, undo: null, redo: null, isReachable: true }));
}
export type ActivityStore = ReturnType<typeof createActivityStore>;

const mostJobs = 20;

/** The jobs with one more, or with one in its new state. */
export function withJob(jobs: readonly Job[], job: Job): Job[] {
  const others = jobs.filter((other) => other.id !== job.id);
  const running = (one: Job) => (one.state === 'running' ? 0 : 1);
  return [job, ...others].sort((a, b) => running(a) - running(b) || b.id - a.id).slice(0, mostJobs);
}

/** Whole percent done, or null while the total is not known. */
export function percentOf(job: Job): number | null {
  return job.total === null || job.total === 0 ? null : Math.floor((100 * job.done) / job.total);
}
