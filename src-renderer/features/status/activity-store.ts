/** What goes on behind the screen: jobs, the cache, what undo would do, whether the core can be reached. */
import { createStore } from 'zustand/vanilla';
import type { CacheStatus } from '../../../src-shared/contract/cache.ts';
import type { Job } from '../../../src-shared/model/job.ts';
import { type Pace, secondsLeft, withSample } from './job-pace.ts';

export interface ActivityState {
  /** Running first, newest first; ended ones leave when 20 newer came. */
  readonly jobs: readonly Job[];
  /** How running jobs went lately, by their id. */
  readonly paces: Readonly<Record<number, Pace>>;
  readonly cache: CacheStatus | null;
  readonly undo: string | null;
  readonly redo: string | null;
  /** When the change that undo would take back was made; null while that is not known. */
  readonly undoAt: string | null;
  readonly isReachable: boolean;
}

/** Makes the store of jobs, undo labels, errors and the cache. */
export function createActivityStore() {
  return createStore<ActivityState>(() => ({ jobs: [], paces: {}, cache: null, undo: null, redo: null, undoAt: null, isReachable: true }));
}
export type ActivityStore = ReturnType<typeof createActivityStore>;

const mostJobs = 20;

/** The jobs with one more, or with one in its new state. */
export function withJob(jobs: readonly Job[], job: Job): Job[] {
  const others = jobs.filter((other) => other.id !== job.id);
  const running = (one: Job) => (one.state === 'running' ? 0 : 1);
  return [job, ...others].sort((a, b) => running(a) - running(b) || b.id - a.id).slice(0, mostJobs);
}

/** The jobs with one in its new state, and how fast it goes. @param now milliseconds since 1970 */
export function withJobNow(state: Pick<ActivityState, 'jobs' | 'paces'>, job: Job, now: number): Pick<ActivityState, 'jobs' | 'paces'> {
  const { [job.id]: pace = [], ...others } = state.paces;
  const paces = job.state === 'running' ? { ...others, [job.id]: withSample(pace, { at: now, done: finished(job) }) } : others;
  return { jobs: withJob(state.jobs, job), paces };
}

/** How much of a job is over, well or not. */
export function finished(job: Pick<Job, 'done' | 'failed'>): number {
  return job.done + job.failed;
}

/** Whole percent done, or null while the total is not known. */
export function percentOf(job: Job): number | null {
  return job.total === null || job.total === 0 ? null : Math.min(100, Math.floor((100 * finished(job)) / job.total));
}

/** The running job that ends first as far as that is known, or undefined. */
export function nearestEnd({ jobs, paces }: Pick<ActivityState, 'jobs' | 'paces'>, now: number): Job | undefined {
  const left = (job: Job) => secondsLeft(paces[job.id] ?? [], job, now) ?? Number.POSITIVE_INFINITY;
  const [first] = jobs
    .filter((job) => job.state === 'running')
    .sort((a, b) => left(a) - left(b) || (percentOf(b) ?? 0) - (percentOf(a) ?? 0));
  return first;
}
