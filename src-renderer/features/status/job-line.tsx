/** A job: what it is, how far, and a way to stop it. What is done stays. */
import { CircleCheck, CircleX } from 'lucide-react';
import type { Job } from '../../../src-shared/model/job.ts';
import { words } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { percentOf } from './activity-store.ts';
import styles from './status-bar.module.css';

export function JobLine({ job, onCancel }: { readonly job: Job; readonly onCancel: () => void }) {
  const isRunning = job.state === 'running';
  const facts = [
    words.jobDone(job.done, job.total),
    ...(job.failed > 0 ? [words.errors(job.failed)] : []),
    ...(job.state === 'cancelled' ? [words.jobCancelled] : []),
  ];
  return (
    <div className={styles.job}>
      <div className={styles.jobText}>
        <span className={styles.jobTitle}>
          {job.state === 'done' ? <Icon of={CircleCheck} size={12} className={styles.done} /> : null} {job.title}
        </span>
        <span className={styles.quiet}>{facts.join(' · ')}</span>
        {isRunning ? <progress className={styles.progress} max={100} value={percentOf(job) ?? undefined} aria-label={job.title} /> : null}
      </div>
      {isRunning ? (
        <IconButton label={words.cancel} onClick={onCancel}>
          <Icon of={CircleX} />
        </IconButton>
      ) : null}
    </div>
  );
}
