/** A tile that is passed over at speed: a shape at its place, and nothing that would have to be made. */
import { words } from '../../app/words.ts';
import styles from './tile.module.css';

interface StillTileProps {
  readonly rowIndex: number;
  readonly rowCount: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isSelected: boolean;
}

/** An option like any other, named by its row. */
export function StillTile({ rowIndex, rowCount, x, y, width, height, isSelected }: StillTileProps) {
  return (
    <div
      role="option"
      aria-selected={isSelected}
      aria-setsize={rowCount}
      aria-posinset={rowIndex + 1}
      aria-label={words.rowAddress(rowIndex + 1)}
      tabIndex={-1}
      data-row={rowIndex}
      className={[styles.tile, isSelected ? styles.selected : ''].join(' ')}
      style={{ transform: `translate(${x}px, ${y}px)`, width }}
    >
      <div className={styles.box} data-state="waiting" style={{ height }} />
    </div>
  );
}
