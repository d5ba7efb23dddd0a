/** The status bar: what is shown and selected on the left; work, errors and the cache on the right. */
import { Database, ListChecks, TriangleAlert, WifiOff } from 'lucide-react';
import { useState } from 'react';
import { togglePanel } from '../../app/layout-store.ts';
import { say, sayError } from '../../app/notice-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Popover } from '../../ui/popover.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { failedCount } from '../errors/errors-store.ts';
import { selectedCount } from '../table/selection.ts';
import { nearestEnd, percentOf } from './activity-store.ts';
import { ClearCacheSheet } from './clear-cache-sheet.tsx';
import styles from './status-bar.module.css';

const gigabyte = 1e9;

/** The whole bar. */
export function StatusBar() {
  const session = useSession();
  const { view, selection } = useIn(session.table, (state) => state);
  const isReachable = useIn(session.activity, (state) => state.isReachable);
  const selected = selectedCount(selection);
  return (
    <footer className={styles.bar} data-pane="status">
      <div className={styles.facts}>
        {view ? <span>{words.rowsShown(view.rowCount, view.total)}</span> : null}
        {selected > 1 ? <span>{words.selected(selected)}</span> : null}
        {view && view.rowCount > 0 && selection.focus.row >= 0 ? <span>{words.rowAddress(selection.focus.row + 1)}</span> : null}
      </div>
      {isReachable ? null : (
        <span className={styles.lost}>
          <Icon of={WifiOff} size={12} /> {words.reconnecting}
        </span>
      )}
      <JobsButton />
      <ErrorsButton />
      <CacheButton />
    </footer>
  );
}

/** The job that ends first, or how many there are; opens the panel. */
function JobsButton() {
  const session = useSession();
  const { jobs, paces } = useIn(session.activity, (state) => state);
  const isOpen = useIn(session.layout, (state) => state.panelOpen && state.panelTab === 'jobs');
  const running = jobs.filter((job) => job.state === 'running');
  const first = nearestEnd({ jobs, paces }, session.now());
  if (jobs.length === 0) return null;
  const label = first ? (running.length === 1 ? words.job(first.title, percentOf(first)) : words.jobs(running.length)) : words.jobsTab;
  return (
    <Button
      look="quiet"
      className={styles.button}
      icon={<Icon of={ListChecks} size={12} />}
      aria-expanded={isOpen}
      title={first ? words.job(first.title, percentOf(first)) : undefined}
      onClick={() => togglePanel(session.layout, 'jobs')}
    >
      {label}
    </Button>
  );
}

/** How many cells failed, of the open table or the library; opens the panel. */
function ErrorsButton() {
  const session = useSession();
  const count = useIn(session.errors, (state) => failedCount(state.groups));
  const isOpen = useIn(session.layout, (state) => state.panelOpen && state.panelTab === 'errors');
  if (count === 0) return null;
  return (
    <Button
      look="quiet"
      className={styles.button}
      icon={<Icon of={TriangleAlert} size={12} className={styles.error} />}
      aria-expanded={isOpen}
      title={words.showErrorsOf}
      onClick={() => togglePanel(session.layout, 'errors')}
    >
      {words.errors(count)}
    </Button>
  );
}

function CacheButton() {
  const session = useSession();
  const cache = useIn(session.activity, (state) => state.cache);
  const [typed, setTyped] = useState<string | null>(null);
  if (!cache) return null;
  const limit = typed ?? String(Number((cache.limit / gigabyte).toFixed(2)));
  const bytes = Number(limit.replace(',', '.')) * gigabyte;

  async function set(): Promise<void> {
    const answer = await session.client.cache.setLimit({ bytes: Math.round(bytes) });
    if (answer.ok) session.activity.setState({ cache: answer.value });
    else sayError(session.notices, answer.error);
    setTyped(null);
  }
  async function clear(): Promise<void> {
    const answer = await session.client.cache.clear({});
    if (!answer.ok) sayError(session.notices, answer.error);
    else say(session.notices, words.cacheCleared(answer.value.bytes));
  }

  return (
    <Popover
      title={words.cache}
      side="top"
      trigger={
        <Button look="quiet" className={styles.button} icon={<Icon of={Database} size={12} />}>
          {words.cacheUsed(cache.bytes, cache.limit)}
        </Button>
      }
    >
      <progress
        className={styles.progress}
        max={cache.limit}
        value={cache.bytes}
        aria-label={words.cache}
        aria-valuetext={words.cacheUsed(cache.bytes, cache.limit)}
      />
      <p className={styles.quiet}>{words.cacheFiles(cache.files)}</p>
      <form
        className={styles.limit}
        onSubmit={(event) => {
          event.preventDefault();
          if (bytes > 0) void set();
        }}
      >
        <label className={styles.limitLabel} htmlFor="cache-limit">
          {words.cacheLimit}
          <TextField id="cache-limit" inputMode="decimal" value={limit} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <Button type="submit" disabledReason={bytes > 0 ? null : words.cacheLimit}>
          {words.setLimit}
        </Button>
      </form>
      {cache.bytes > 0 ? (
        <Button
          onClick={() =>
            openSheet(session.sheets, (close) => <ClearCacheSheet bytes={cache.bytes} onClear={() => void clear()} onClose={close} />)
          }
        >
          {words.clearCache}…
        </Button>
      ) : null}
    </Popover>
  );
}
