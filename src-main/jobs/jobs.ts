/** The face of the jobs room: long work that tells how far it is and can be stopped. */

import type { Job } from '../../src-shared/model/job.ts';
import type { Cost } from '../../src-shared/model/media.ts';

/** A job while it runs. Changes are told to listeners at most ten times a second, the last always. */
export interface RunningJob {
  readonly id: number;
  readonly signal: AbortSignal;
  advance(step: { done?: number; failed?: number; total?: number; cost?: Cost }): void;
  current(): Job;
}

export interface Jobs {
  /** Runs `work` as a job; cancelling it, or `signal`, aborts `job.signal`. Resolves or rejects as `work` does. */
  run<T>(
    start: { kind: Job['kind']; title: string; tableId: number | null; signal?: AbortSignal; onProgress?: (job: Job) => void },
    work: (job: RunningJob) => Promise<T>,
  ): Promise<T>;
  list(): Job[];
  cancel(id: number): boolean;
  onChanged(listener: (job: Job) => void): () => void;
}
