/** Keeps the jobs of this process: runs them, counts, tells, cancels. */
import type { Job } from '../../src-shared/model/job.ts';
import type { Jobs, RunningJob } from './jobs.ts';

/** Ended jobs that `list` still shows. */
const endedKept = 100;
/** Least milliseconds between two tellings of one job: ten a second is all a person can read. */
const tellEveryMs = 100;

type Listener = (job: Job) => void;

/** What the job list needs of its surroundings. `now` is milliseconds since 1970; `later` runs work after so many and gives what takes it back. */
export interface JobSurroundings {
  now(): number;
  later?(milliseconds: number, work: () => void): () => void;
}

interface Entry {
  job: Job;
  readonly stop: AbortController;
  toldAt: number;
  /** Takes back the telling of what came too soon after the last one. */
  untell: (() => void) | null;
}

/** Makes an empty job list. */
export function createJobs({ now, later = runLater }: JobSurroundings): Jobs {
  const entries = new Map<number, Entry>();
  const listeners = new Set<Listener>();
  let lastId = 0;

  function tell(entry: Entry, own: Listener | undefined, force: boolean): void {
    const wait = entry.toldAt + tellEveryMs - now();
    if (!force && wait > 0) {
      // What came too soon is told a little later: the work may stand still from here on.
      entry.untell ??= later(wait, () => tell(entry, own, true));
      return;
    }
    entry.untell?.();
    entry.untell = null;
    entry.toldAt = now();
    own?.(entry.job);
    for (const listener of listeners) listener(entry.job);
  }

  function forgetOldest(): void {
    const ended = [...entries.values()].filter(({ job }) => job.state !== 'running');
    for (const { job } of ended.slice(0, Math.max(0, ended.length - endedKept))) entries.delete(job.id);
  }

  return {
    async run(start, work) {
      lastId += 1;
      const stop = new AbortController();
      const entry: Entry = {
        job: {
          id: lastId,
          kind: start.kind,
          title: start.title,
          tableId: start.tableId,
          state: 'running',
          done: 0,
          failed: 0,
          total: null,
          cost: { requests: 0, bytes: 0 },
          startedAt: new Date(now()).toISOString(),
          endedAt: null,
        },
        stop,
        toldAt: 0,
        untell: null,
      };
      entries.set(entry.job.id, entry);
      const signal = start.signal ? AbortSignal.any([start.signal, stop.signal]) : stop.signal;
      const running: RunningJob = {
        id: entry.job.id,
        signal,
        advance(step) {
          const { done, failed, total, cost } = step;
          entry.job = {
            ...entry.job,
            done: entry.job.done + (done ?? 0),
            failed: entry.job.failed + (failed ?? 0),
            total: total ?? entry.job.total,
            cost: {
              requests: entry.job.cost.requests + (cost?.requests ?? 0),
              bytes: entry.job.cost.bytes + (cost?.bytes ?? 0),
            },
          };
          tell(entry, start.onProgress, false);
        },
        current: () => entry.job,
      };
      const end = (state: Job['state']) => {
        entry.job = { ...entry.job, state, endedAt: new Date(now()).toISOString() };
        tell(entry, start.onProgress, true);
        forgetOldest();
      };
      tell(entry, start.onProgress, true);
      try {
        const value = await work(running);
        end(signal.aborted ? 'cancelled' : 'done');
        return value;
      } catch (thrown) {
        end(signal.aborted ? 'cancelled' : 'failed');
        throw thrown;
      }
    },
    list: () => [...entries.values()].map(({ job }) => job).reverse(),
    cancel(id) {
      const entry = entries.get(id);
      if (entry?.job.state !== 'running') return false;
      entry.stop.abort();
      return true;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** By the real clock; a telling to come keeps no process alive. */
function runLater(milliseconds: number, work: () => void): () => void {
  const timer = setTimeout(work, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}
