/** The copy of a file: whole or in part, since when, kept offline or not; and where another lies upstream, what changed, with the choice. */
import { CloudDownload, RefreshCcwDot } from 'lucide-react';
import type { UpstreamState } from '../../../src-shared/contract/health.ts';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import type { RemoteFacts } from '../../../src-shared/model/media.ts';
import { formatAgo, formatInstant, formatSize } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { type Fact, FactSection, Facts } from '../../ui/facts.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { ChangeChoice } from '../look/copy-deeds.ts';
import styles from './copy-section.module.css';
import type { CopyNow } from './use-copy.ts';
import type { Inspection } from './use-inspection.ts';

/** What can be done about the copy. */
export interface CopyDeeds {
  readonly onFetch: () => void;
  readonly onKeep: (isOn: boolean) => void;
  readonly onDrop: () => void;
  readonly onCheck: () => void;
  readonly onDecide: (choice: ChangeChoice) => void;
}

interface CopySectionProps {
  readonly cell: Pick<MediaCell, 'held' | 'isKept' | 'isChanged'>;
  readonly held: Inspection['media'][number]['held'];
  /** What is known of the file that is here. */
  readonly remote: RemoteFacts | null;
  readonly upstream: UpstreamState | null;
  readonly copy: CopyNow;
  readonly now: number;
  readonly deeds: CopyDeeds;
}

export function CopySection({ cell, held, remote, upstream, copy, now, deeds }: CopySectionProps) {
  if (cell.held === 'local') {
    return (
      <FactSection title={words.inCache}>
        <Facts facts={[[words.whole, words.onThisComputer]]} />
      </FactSection>
    );
  }
  const isKept = held?.isKept ?? cell.isKept;
  return (
    <FactSection title={words.inCache}>
      <Facts facts={[...copyFacts(held, copy, now), [words.checkedAt, upstream ? formatAgo(upstream.checkedAt, now) : null]]} />
      <label className={styles.keep}>
        <input type="checkbox" checked={isKept} onChange={(event) => deeds.onKeep(event.target.checked)} />
        {words.keepThisOffline}
      </label>
      <div className={styles.deeds}>
        {held ? (
          <Button look="quiet" onClick={deeds.onDrop}>
            {words.dropCopy}
          </Button>
        ) : (
          <Button
            look="quiet"
            icon={<Icon of={CloudDownload} />}
            disabledReason={copy.transfer ? words.comesAlready : null}
            onClick={deeds.onFetch}
          >
            {words.fetch}
          </Button>
        )}
        <Button look="quiet" onClick={deeds.onCheck}>
          {words.checkForChanges}
        </Button>
      </div>
      {cell.isChanged ? <Changed here={remote} there={upstream?.remote ?? null} onDecide={deeds.onDecide} /> : null}
      {upstream?.state === 'kept' ? <p className={styles.note}>{words.changedKept}</p> : null}
    </FactSection>
  );
}

/** Whole, in part, on its way, or not here: with how much, since when, when it was last used. */
export function copyFacts(held: CopySectionProps['held'], { transfer, part }: CopyNow, now: number): Fact[] {
  if (held) {
    return [
      [words.whole, formatSize(held.bytes)],
      [words.since, formatInstant(held.since)],
      [words.lastUsed, formatAgo(held.lastUsed, now)],
    ];
  }
  if (transfer) return [[words.fetchingNow, words.received(transfer.bytes, transfer.size)]];
  if (part) return [[words.copyPart, words.received(part.bytes, part.size)]];
  return [[words.notFetched, '—']];
}

function Changed({
  here,
  there,
  onDecide,
}: {
  readonly here: RemoteFacts | null;
  readonly there: RemoteFacts | null;
  readonly onDecide: (choice: ChangeChoice) => void;
}) {
  const lines = differences(here, there);
  return (
    <div className={styles.changed}>
      <p className={styles.found}>
        <Icon of={RefreshCcwDot} className={styles.sign} />
        {words.changedFound}
      </p>
      {lines.length > 0 ? (
        <table className={styles.table} aria-label={words.whatChanged}>
          <thead>
            <tr>
              <td />
              <th scope="col">{words.here}</th>
              <th scope="col">{words.upstream}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(([label, before, after]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{before}</td>
                <td>{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <div className={styles.deeds}>
        <Button onClick={() => onDecide('keep')}>{words.keepHere}</Button>
        <Button onClick={() => onDecide('take_new')}>{words.takeNew}</Button>
      </div>
    </div>
  );
}

/** Size, date and ETag of both, as far as one of them is known. */
export function differences(here: RemoteFacts | null, there: RemoteFacts | null): (readonly [string, string, string])[] {
  const said = (remote: RemoteFacts | null) => [
    remote?.size == null ? '—' : formatSize(remote.size),
    remote?.modified ? formatInstant(remote.modified) : '—',
    remote?.etag ?? '—',
  ];
  const [before, after] = [said(here), said(there)];
  return [words.size, words.changed, words.etag].flatMap((label, place) => {
    const [one = '—', other = '—'] = [before[place], after[place]];
    return one === '—' && other === '—' ? [] : [[label, one, other] as const];
  });
}
