/** Jobs in the bottom panel: running ones first, then those that ended. */
import { ListChecks } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Job } from '../../../src-shared/model/job.ts';
import { goTo } from '../../app/place-store.ts';
import { type Session, useIn, useSession } from '../../app/session.ts';
import { undo } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import { EmptyPlace } from '../../ui/empty-place.tsx';
import { setScope } from '../errors/follow-errors.ts';
import { JobLine } from './job-line.tsx';
import styles from './jobs-panel.module.css';
import { Transfers } from './transfers.tsx';

/** Rates and times left are drawn anew this often, in ms, also while a job stands still and tells nothing. */
const tickMilliseconds = 1000;

/** The whole tab. */
export function JobsPanel() {
  const session = useSession();
  const { jobs, paces, undoAt } = useIn(session.activity, (state) => state);
  const now = useTick(
    session,
    jobs.some(({ state }) => state === 'running'),
  );
  const hasTransfers = useIn(session.transfers, ({ all }) => all.length > 0);
  if (jobs.length === 0 && !hasTransfers) return <EmptyPlace icon={ListChecks} text={words.noJobs} />;
  return (
    <div className={styles.list}>
      <ul className={styles.lines} aria-label={words.jobsTab}>
        {jobs.map((job) => (
          <JobLine
            key={job.id}
            job={job}
            pace={paces[job.id] ?? []}
            now={now}
            onCancel={() => void session.client.jobs.cancel({ id: job.id })}
            onShowErrors={job.failed > 0 && job.tableId !== null ? () => showErrors(session, job.tableId) : null}
            onUndo={isUndoable(job, undoAt) ? () => void undo(session) : null}
          />
        ))}
      </ul>
      <Transfers />
    </div>
  );
}

/** Only what undo would take back now: the newest change, where this import made it. */
function isUndoable(job: Job, undoAt: string | null): boolean {
  return (
    job.kind === 'import' && job.done > 0 && job.endedAt !== null && undoAt !== null && undoAt >= job.startedAt && undoAt <= job.endedAt
  );
}

function showErrors(session: Session, tableId: number | null): void {
  if (tableId === null) return;
  goTo(session.place, { kind: 'table', tableId });
  setScope(session, 'table');
  session.layout.setState({ panelTab: 'errors', panelOpen: true });
}

function useTick({ now }: Session, isRunning: boolean): number {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setTick((tick) => tick + 1), tickMilliseconds);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now();
}
