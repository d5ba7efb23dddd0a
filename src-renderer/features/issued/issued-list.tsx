/** Handed-out links, a line each, with what can be done about them. Drawn from plain data. */
import { Copy, Link, X } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { IssuedLink } from '../../../src-shared/model/issued-link.ts';
import { linkName } from '../../../src-shared/model/link-formats.ts';
import { formatAgo, formatInstant } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TruncatedName } from '../../ui/truncated-name.tsx';
import { useLineStops } from '../../ui/use-line-stops.ts';
import styles from './issued-list.module.css';

interface IssuedListProps {
  readonly entries: readonly IssuedLink[];
  /** Place of the first in the whole list, and how many that has. */
  readonly start: number;
  readonly total: number;
  readonly now: number;
  readonly onCopy: (entry: IssuedLink) => void;
  readonly onReissue: (entry: IssuedLink) => void;
  readonly onForget: (entry: IssuedLink) => void;
}

const heads = ['reference', 'issued', 'until', 'limit', 'as', 'by'] as const;
/** How many deeds a line has. */
const deedCount = 3;

/** True where a link does not work any more. */
export function hasEnded({ expires_at }: Pick<IssuedLink, 'expires_at'>, now: number): boolean {
  return expires_at !== null && Date.parse(expires_at) <= now;
}

/** Until when a link works or worked. */
export function untilWords({ expires_at }: Pick<IssuedLink, 'expires_at'>, now: number): string {
  if (expires_at === null) return words.linkNoEnd;
  return Date.parse(expires_at) <= now ? words.endedAt(expires_at, now) : words.until(expires_at, now);
}

/** One Tab stop, by `useLineStops`. */
export function IssuedList({ entries, start, total, now, onCopy, onReissue, onForget }: IssuedListProps) {
  const stops = useLineStops({
    lines: entries.length,
    deeds: deedCount,
    onDelete(line) {
      const entry = entries[line];
      if (entry) onForget(entry);
    },
  });

  return (
    <div className={styles.scroller}>
      <table ref={stops.table} aria-label={words.issuedLinks} aria-rowcount={total + 1} className={styles.table}>
        <thead>
          <tr aria-rowindex={1}>
            {heads.map((head) => (
              <th key={head} scope="col" className={styles[head]}>
                {words.issuedHeads[head]}
              </th>
            ))}
            <th scope="col" className={styles.deeds}>
              <span className="visually-hidden">{words.issuedDeeds}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry, place) => (
            <Line
              key={entry.id}
              entry={entry}
              rowIndex={start + place + 2}
              now={now}
              deeds={[
                { label: words.copyAgain(linkName(entry)), icon: Copy, run: () => onCopy(entry) },
                { label: words.issueAnew(linkName(entry)), icon: Link, run: () => onReissue(entry) },
                { label: words.forgetLink(linkName(entry)), icon: X, run: () => onForget(entry) },
              ]}
              place={place}
              stop={place === stops.line ? stops.deed : null}
              onStop={(deed) => stops.stopAt(place, deed)}
              onKeyDown={stops.press}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({
  entry,
  rowIndex,
  now,
  deeds,
  place,
  stop,
  onStop,
  onKeyDown,
}: {
  readonly entry: IssuedLink;
  readonly rowIndex: number;
  readonly now: number;
  readonly deeds: readonly { readonly label: string; readonly icon: typeof Copy; readonly run: () => void }[];
  readonly place: number;
  /** The deed that Tab comes to, where it is in this line. */
  readonly stop: number | null;
  readonly onStop: (deed: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}) {
  const ended = hasEnded(entry, now);
  const cells: Readonly<Record<(typeof heads)[number], ReactNode>> = {
    reference: <TruncatedName name={entry.typed} />,
    issued: formatAgo(entry.issued_at, now),
    until: untilWords(entry, now),
    limit: words.limits[entry.limited_by],
    as: entry.signed_as,
    by: words.issuedBy[entry.by],
  };
  const titles: Partial<Record<(typeof heads)[number], string>> = {
    issued: formatInstant(entry.issued_at),
    until: [untilWords(entry, now), words.limits[entry.limited_by], words.issuedBy[entry.by]].join(' · '),
    as: entry.signed_as,
  };
  return (
    <tr aria-rowindex={rowIndex} className={ended ? styles.ended : ''}>
      {heads.map((head) => (
        <td key={head} className={styles[head]} title={titles[head]}>
          {cells[head]}
        </td>
      ))}
      <td className={styles.deeds}>
        {deeds.map(({ label, icon, run }, deed) => (
          <IconButton
            key={label}
            label={label}
            tabIndex={stop === deed ? 0 : -1}
            data-stop={`${place} ${deed}`}
            onFocus={() => onStop(deed)}
            onKeyDown={onKeyDown}
            onClick={run}
          >
            <Icon of={icon} />
          </IconButton>
        ))}
      </td>
    </tr>
  );
}
