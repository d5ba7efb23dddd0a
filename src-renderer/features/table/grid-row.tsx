/** A row of the grid. Drawn again only when something of its own changed. */
import { memo, type ReactNode } from 'react';
import type { Cell, Row } from '../../../src-shared/model/cell.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { formatCount } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { useIsFetching } from '../look/use-transfer.ts';
import { CellContent } from './cell-content.tsx';
import { type AfterSaving, CellEditor } from './cell-editor.tsx';
import { cellName, isNumeric, valueText } from './cell-text.ts';
import styles from './grid.module.css';

interface GridRowProps {
  readonly rowIndex: number;
  readonly row: Row | undefined;
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  /** Where it lies on the canvas, in px. */
  readonly y: number;
  readonly isSelected: boolean;
  /** The focused column, where the focus is in this row. */
  readonly focusColumn: number | null;
  readonly editColumn: number | null;
  /** Rounded to the minute, so that times left are drawn again once a minute only. */
  readonly minute: number;
  readonly onSave: (column: Column, rowId: number, text: string, after: AfterSaving) => void;
  readonly onCancel: () => void;
}

/** Gutter, then a cell a column. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { rowIndex, row, columns, widths, y, isSelected, focusColumn, editColumn, minute, onSave, onCancel } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a virtual grid cannot be an HTML table; its cells take the focus, by its pattern.
    <div
      role="row"
      aria-rowindex={rowIndex + 2}
      aria-selected={isSelected}
      className={[styles.row, isSelected ? styles.selected : ''].join(' ')}
      style={{ transform: `translateY(${y}px)` }}
      data-row={rowIndex}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above; the gutter is no stop of its own. */}
      <div role="rowheader" aria-colindex={1} aria-label={words.rowAddress(rowIndex + 1)} className={styles.gutter}>
        {formatCount(rowIndex + 1)}
      </div>
      {columns.map((column, place) => {
        const cell = row?.cells[place];
        const isEdited = editColumn === place && row !== undefined;
        return (
          <GridCell
            key={column.id}
            column={column}
            cell={cell}
            place={place}
            width={widths[place]}
            minute={minute}
            isTabStop={focusColumn === place}
            isDraggable={cell?.media !== undefined && !isEdited}
          >
            {isEdited ? (
              <CellEditor
                label={column.name}
                initial={cell?.media ? cell.media.typed : valueText(cell?.value ?? null)}
                onSave={(text, after) => onSave(column, row.rowId, text, after)}
                onCancel={onCancel}
              />
            ) : (
              <CellContent column={column} cell={cell} now={minute} />
            )}
          </GridCell>
        );
      })}
    </div>
  );
});

interface GridCellProps {
  readonly column: Column;
  readonly cell: Cell | undefined;
  readonly place: number;
  readonly width: number | undefined;
  readonly minute: number;
  readonly isTabStop: boolean;
  readonly isDraggable: boolean;
  readonly children: ReactNode;
}

/** Its name says as well that its file is on its way; that begins and ends without a word of the other cells. */
function GridCell({ column, cell, place, width, minute, isTabStop, isDraggable, children }: GridCellProps) {
  const isFetching = useIsFetching(cell?.media?.canonical);
  return (
    // biome-ignore lint/a11y/useSemanticElements: as above.
    <div
      role="gridcell"
      aria-colindex={place + 2}
      aria-label={cellName(column, cell, minute, isFetching)}
      {...(column.kind === 'computed' ? { 'aria-readonly': true } : {})}
      tabIndex={isTabStop ? 0 : -1}
      draggable={isDraggable}
      data-cell={place}
      className={[styles.cell, isNumeric(column) ? styles.number : ''].join(' ')}
      style={{ width }}
    >
      {children}
    </div>
  );
}
