/** Files of the cache, a line each, with what can be done about them. Drawn from plain data. */
import { ArrowDownToLine, CircleX, RefreshCcwDot, Trash2 } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { CachedFile } from '../../../src-shared/contract/cache.ts';
import { formatAgoShort, formatInstant, formatSize } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TruncatedName } from '../../ui/truncated-name.tsx';
import { useLineStops } from '../../ui/use-line-stops.ts';
import styles from './cache-files.module.css';

interface CacheFilesProps {
  readonly files: readonly CachedFile[];
  /** Place of the first in the whole list, and how many that has. */
  readonly start: number;
  readonly total: number;
  readonly now: number;
  readonly onDrop: (file: CachedFile) => void;
  /** Keeps it offline, or no longer where it is. */
  readonly onKeep: (file: CachedFile) => void;
}

const heads = ['name', 'size', 'state', 'tables', 'used'] as const;
/** How many deeds a line has. */
const deedCount = 2;

/** Whole or how much of it, whether it is kept, in use, changed: "in the cache, kept offline". */
export function stateWords(file: Pick<CachedFile, 'state' | 'bytes' | 'size' | 'isKept' | 'isInUse' | 'isChanged'>): string {
  return [
    file.state === 'part' ? words.partHere(file.bytes, file.size) : file.isKept ? '' : words.held.whole,
    file.isKept ? words.keptOffline : '',
    file.isInUse ? words.inUse : '',
    file.isChanged ? words.changedUpstream : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** One Tab stop, by `useLineStops`. */
export function CacheFiles({ files, start, total, now, onDrop, onKeep }: CacheFilesProps) {
  const stops = useLineStops({
    lines: files.length,
    deeds: deedCount,
    onDelete(line) {
      const file = files[line];
      if (file) onDrop(file);
    },
  });

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls takes the keyboard, and "Show kept files" leads here.
    <section className={styles.scroller} tabIndex={0} data-cached-files="" aria-label={words.cachedFilesList}>
      <table ref={stops.table} aria-label={words.cachedFiles} aria-rowcount={total + 1} className={styles.table}>
        <thead>
          <tr aria-rowindex={1}>
            {heads.map((head) => (
              <th key={head} scope="col" className={styles[head]}>
                {words.cachedHeads[head]}
              </th>
            ))}
            <th scope="col" className={styles.deeds}>
              <span className="visually-hidden">{words.issuedDeeds}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {files.map((file, place) => (
            <Line
              key={`${file.canonical} ${file.since}`}
              file={file}
              rowIndex={start + place + 2}
              now={now}
              place={place}
              stop={place === stops.line ? stops.deed : null}
              onStop={(deed) => stops.stopAt(place, deed)}
              onKeyDown={stops.press}
              onDrop={() => onDrop(file)}
              onKeep={() => onKeep(file)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface LineProps {
  readonly file: CachedFile;
  readonly rowIndex: number;
  readonly now: number;
  readonly place: number;
  /** The deed that Tab comes to, where it is in this line. */
  readonly stop: number | null;
  readonly onStop: (deed: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onDrop: () => void;
  readonly onKeep: () => void;
}

function Line({ file, rowIndex, now, place, stop, onStop, onKeyDown, onDrop, onKeep }: LineProps) {
  const state = stateWords(file);
  const tables = file.tables.length === 0 ? words.noTable : words.moreTables(file.tables, file.moreTables);
  const deed = (number: number) => ({
    tabIndex: stop === number ? 0 : -1,
    'data-stop': `${place} ${number}`,
    onFocus: () => onStop(number),
    onKeyDown,
  });
  return (
    <tr aria-rowindex={rowIndex}>
      <td className={styles.name} title={file.canonical}>
        <TruncatedName name={file.name} />
      </td>
      <td className={styles.size}>{formatSize(file.size ?? file.bytes)}</td>
      <td className={styles.state} title={state}>
        {file.isKept ? <Icon of={ArrowDownToLine} size={12} /> : null}
        {file.isChanged ? <Icon of={RefreshCcwDot} size={12} className={styles.changed} /> : null} {state}
      </td>
      <td className={styles.tables} title={tables}>
        {tables}
      </td>
      <td className={styles.used} title={formatInstant(file.lastUsed)}>
        {formatAgoShort(file.lastUsed, now)}
      </td>
      <td className={styles.deeds}>
        <IconButton
          label={file.isKept ? words.unkeepFile(file.name) : words.keepFile(file.name)}
          disabledReason={file.tables.length === 0 ? words.keepNeedsTable : null}
          {...deed(0)}
          onClick={onKeep}
        >
          <Icon of={file.isKept ? CircleX : ArrowDownToLine} />
        </IconButton>
        <IconButton label={words.dropCopyOf(file.name)} {...deed(1)} onClick={onDrop}>
          <Icon of={Trash2} />
        </IconButton>
      </td>
    </tr>
  );
}
