/** How fast a job goes and when it ends, from how far it was at some moments. Pure. */
import type { Job } from '../../../src-shared/model/job.ts';

/** How much was over at a moment, in ms since 1970. */
export interface PaceSample {
  readonly at: number;
  readonly done: number;
}

/** Samples in the order of time: one from before the last ten seconds where there is one, then those within. */
export type Pace = readonly PaceSample[];

/** The rate is that of the last ten seconds. */
const windowMilliseconds = 10_000;
/** Before this, what is left would be a guess from next to nothing. */
const firstMilliseconds = 3_000;

/** The pace with one more sample; what is too old to count is dropped. */
export function withSample(pace: Pace, sample: PaceSample): Pace {
  const next = [...pace, sample];
  return next.slice(baseOf(next, sample.at));
}

/** Finished a second over the last ten seconds, or since the first sample where that is later; null before there is anything to tell. */
export function rateOf(pace: Pace, now: number): number | null {
  const last = pace.at(-1);
  const base = pace[baseOf(pace, now)];
  if (!last || !base || now - base.at < 1000) return null;
  // A pause from before the window counts as if it had begun with it.
  const seconds = Math.min(now - base.at, windowMilliseconds) / 1000;
  return (last.done - base.done) / seconds;
}

/** Seconds until the job ends at this pace; null in its first three seconds, while it stands still, and where the total is not known. */
export function secondsLeft(pace: Pace, job: Pick<Job, 'total' | 'done' | 'failed' | 'startedAt'>, now: number): number | null {
  const rate = rateOf(pace, now);
  if (job.total === null || rate === null || rate <= 0 || now - Date.parse(job.startedAt) < firstMilliseconds) return null;
  return Math.max(0, job.total - job.done - job.failed) / rate;
}

/** A time left as one says it, in ms: to the second below 20, to 5 seconds below a minute, else to the minute. */
export function roundedLeft(seconds: number): number {
  if (seconds < 20) return Math.max(1, Math.round(seconds)) * 1000;
  if (seconds < 57.5) return Math.round(seconds / 5) * 5000;
  return Math.round(seconds / 60) * 60_000;
}

/** Place of the newest sample from before the window, else of the first. */
function baseOf(pace: Pace, now: number): number {
  return Math.max(
    0,
    pace.findLastIndex((sample) => sample.at <= now - windowMilliseconds),
  );
}
