/** A progress bar on standard error, where that is a terminal. */
import type { Job } from '../../../src-shared/model/job.ts';
import type { Surroundings } from './surroundings.ts';

/** Characters of the bar itself. */
const barWidth = 24;

/** What a bar shows of a job, or of another count. */
export type Counted = Pick<Job, 'title' | 'done' | 'failed' | 'total' | 'startedAt' | 'state'>;

/** One line of a job: bar, counts, rows a second. `now` is milliseconds since 1970. */
export function progressLine({ title, done, failed, total, startedAt }: Omit<Counted, 'state'>, now: number): string {
  const settled = done + failed;
  const rate = Math.round(settled / Math.max((now - Date.parse(startedAt)) / 1000, 0.001));
  const counts = total === null ? `${settled}` : `${settled} of ${total}`;
  const filled = total ? Math.min(barWidth, Math.floor((settled / total) * barWidth)) : 0;
  const bar = total === null ? '' : `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] `;
  return `${title}  ${bar}${counts}  ${rate}/s`;
}

/** A bar that is drawn over itself, and cleared before anything else is written. */
export function progressBar({ isTerminal, err }: Pick<Surroundings, 'isTerminal' | 'err'>): { show(job: Counted): void; clear(): void } {
  let isShown = false;
  const clear = () => {
    if (isShown) err('\r\x1b[2K');
    isShown = false;
  };
  return {
    show(job) {
      if (!isTerminal) return;
      clear();
      if (job.state !== 'running') return;
      err(progressLine(job, Date.now()));
      isShown = true;
    },
    clear,
  };
}
