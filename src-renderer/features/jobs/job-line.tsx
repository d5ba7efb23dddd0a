/** A job in a line: what it is, how far, how fast, when it ends, and a way to stop it. What is done stays. Drawn from plain data. */
import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { Job } from '../../../src-shared/model/job.ts';
import { formatLeft, formatSize } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { finished, percentOf } from '../status/activity-store.ts';
import { type Pace, rateOf, roundedLeft, secondsLeft } from '../status/job-pace.ts';
import styles from './job-line.module.css';

interface JobLineProps {
  readonly job: Job;
  readonly pace: Pace;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly onCancel: () => void;
  /** Null where there is nothing to show or to take back. */
  readonly onShowErrors: (() => void) | null;
  readonly onUndo: (() => void) | null;
}

const signs = {
  running: { icon: LoaderCircle, style: styles.running },
  done: { icon: CircleCheck, style: styles.done },
  cancelled: { icon: CircleX, style: styles.quiet },
  failed: { icon: TriangleAlert, style: styles.failed },
} as const;

/** Where one ended, its result stands in place of its progress. */
export function JobLine({ job, pace, now, onCancel, onShowErrors, onUndo }: JobLineProps) {
  const { icon, style } = signs[job.state];
  const isRunning = job.state === 'running';
  return (
    <li className={styles.line}>
      <Icon of={icon} className={style} />
      <span className={styles.title} title={job.title}>
        {job.title}
      </span>
      {isRunning ? <Progress job={job} pace={pace} now={now} /> : <span className={styles.facts}>{endedFacts(job).join(' · ')}</span>}
      {onShowErrors ? <Button onClick={onShowErrors}>{words.showErrors}</Button> : null}
      {onUndo ? <Button onClick={onUndo}>{words.undo}</Button> : null}
      {isRunning ? (
        <Button aria-label={words.cancelJob(job.title)} onClick={onCancel}>
          {words.cancel}
        </Button>
      ) : null}
    </li>
  );
}

function Progress({ job, pace, now }: { readonly job: Job; readonly pace: Pace; readonly now: number }) {
  const percent = percentOf(job);
  const rate = rateOf(pace, now);
  const left = secondsLeft(pace, job, now);
  const done = words.jobDone(finished(job), job.total);
  return (
    <>
      <progress className={styles.progress} max={100} value={percent ?? undefined} aria-label={job.title} aria-valuetext={done} />
      <span className={styles.facts}>
        <span className={styles.count}>{done}</span>
        <span className={styles.percent}>{percent === null ? '' : words.percent(percent)}</span>
        <span className={styles.rate}>{rate === null ? '' : words.jobRate(rate, job.kind)}</span>
        <span className={styles.left}>{left === null ? '' : words.timeLeft(formatLeft(roundedLeft(left)))}</span>
        <span className={styles.bytes}>{job.cost.bytes > 0 ? formatSize(job.cost.bytes) : ''}</span>
        {job.failed > 0 ? <span className={styles.failed}>{words.errors(job.failed)}</span> : null}
      </span>
    </>
  );
}

function endedFacts(job: Job): string[] {
  const took = job.endedAt === null ? 0 : Date.parse(job.endedAt) - Date.parse(job.startedAt);
  const seconds = took < 60_000 ? `${Math.max(0.1, took / 1000).toFixed(1)}\u00a0s` : formatLeft(took);
  return [words.jobResult(job), seconds, ...(job.state === 'done' || job.state === 'running' ? [] : [words.jobEnded[job.state]])];
}
