/** The status bar: what is shown and selected on the left; work, errors and the cache on the right. */
import { ArrowDown, Database, ListChecks, TriangleAlert, WifiOff } from 'lucide-react';
import { togglePanel } from '../../app/layout-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Popover, PopoverClose } from '../../ui/popover.tsx';
import { failedCount } from '../errors/errors-store.ts';
import { rateNow } from '../look/transfers-store.ts';
import { openSettings } from '../settings/settings-deeds.ts';
import { selectedCount } from '../table/selection.ts';
import { nearestEnd, percentOf } from './activity-store.ts';
import styles from './status-bar.module.css';

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
      <RateButton />
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

/** How fast bytes come in, while they do; opens the panel, where each transfer is. */
function RateButton() {
  const session = useSession();
  const rate = useIn(session.transfers, ({ all }) => rateNow(all));
  if (rate === null) return null;
  return (
    <Button
      look="quiet"
      className={styles.button}
      icon={<Icon of={ArrowDown} size={12} />}
      aria-label={words.fetchingNowAt(rate)}
      title={words.transfers}
      onClick={() => togglePanel(session.layout, 'jobs')}
    >
      {words.rateOf(rate)}
    </Button>
  );
}

/** Used and limit; opens a panel that says the rate too and leads to the page. */
function CacheButton() {
  const session = useSession();
  const cache = useIn(session.activity, (state) => state.cache);
  if (!cache) return null;
  const used = words.cacheUsedOf(cache.bytes, cache.limit);
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
      <progress className={styles.progress} max={cache.limit} value={cache.bytes} aria-label={words.cache} aria-valuetext={used} />
      <p>{`${used} · ${words.cacheFiles(cache.files)}`}</p>
      <Rate />
      <PopoverClose>
        <Button onClick={() => openSettings(session, 'cache')}>{words.openCache}</Button>
      </PopoverClose>
    </Popover>
  );
}

function Rate() {
  const { transfers } = useSession();
  const rate = useIn(transfers, ({ all }) => rateNow(all));
  return <p className={styles.quiet}>{rate === null ? words.nothingOnItsWay : words.fetchingNowAt(rate)}</p>;
}
