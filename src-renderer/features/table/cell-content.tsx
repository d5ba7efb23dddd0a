/** What stands in a cell: a thumbnail with its name, a value, or the state of one that is not there. */
import { ClockAlert, LoaderCircle, Square, SquareCheck, TriangleAlert } from 'lucide-react';
import type { Cell } from '../../../src-shared/model/cell.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { TruncatedName } from '../../ui/truncated-name.tsx';
import { MediaBadge } from '../look/media-badge.tsx';
import styles from './cell-content.module.css';
import { endsSoon, errorText, linkText, valueText } from './cell-text.ts';
import { Thumbnail } from './thumbnail.tsx';

interface CellContentProps {
  readonly column: Column;
  readonly cell: Cell | undefined;
  readonly now: number;
}

/** A cell as it looks; its name for those who hear it is the grid cell's own. */
export function CellContent({ column, cell, now }: CellContentProps) {
  if (!cell) return <span className={styles.shape} />;
  if (cell.media) {
    return (
      <>
        <Thumbnail media={cell.media} />
        <TruncatedName name={cell.media.name} />
        <span className={styles.space} />
        <MediaBadge media={cell.media} />
      </>
    );
  }
  if (cell.state === 'error') {
    return (
      <span className={styles.error} title={cell.error ? [cell.error.message, cell.error.next].filter(Boolean).join(' ') : ''}>
        <Icon of={TriangleAlert} size={12} />
        <span className={styles.cut}>{errorText(cell)}</span>
      </span>
    );
  }
  if (cell.state === 'running') return <Icon of={LoaderCircle} size={12} className={styles.running} />;
  if (column.isVolatile) return <span className={endsSoon(cell, now) ? styles.stale : styles.quiet}>{linkText(cell, now)}</span>;
  if (cell.state === 'pending') return <span className={styles.quiet}>·</span>;
  if (column.type === 'bool' && typeof cell.value === 'boolean')
    return <Icon of={cell.value ? SquareCheck : Square} className={styles.badge} />;
  const text = valueText(cell.value);
  if (cell.state === 'stale') {
    return (
      <span className={styles.stale} title={words.stale}>
        <Icon of={ClockAlert} size={12} />
        <span className={styles.cut}>{text}</span>
      </span>
    );
  }
  return (
    <span className={[styles.cut, column.type === 'json' ? styles.code : ''].join(' ')} title={text.length > 20 ? text : undefined}>
      {text}
    </span>
  );
}
