/** The header of a column: a press sorts, its edge sizes, its menu does the rest. */
import { ArrowDownWideNarrow, ArrowUpNarrowWide, ChevronDown, Link, Sigma } from 'lucide-react';
import { type PointerEvent, useRef } from 'react';
import type { OrderKey } from '../../../src-shared/contract/views.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { words } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { NameField } from '../tree/name-field.tsx';
import styles from './grid.module.css';
import { columnLimits } from './table-store.ts';

interface GridHeaderProps {
  readonly column: Column;
  readonly place: number;
  readonly width: number;
  readonly sort: OrderKey | undefined;
  readonly isFocusStop: boolean;
  readonly isRenamed: boolean;
  readonly isMenuOpen: boolean;
  readonly menu: readonly MenuEntry[];
  readonly onMenu: (open: boolean) => void;
  readonly onSort: (add: boolean) => void;
  readonly onWidth: (width: number) => void;
  readonly onWidthKept: () => void;
  readonly onFit: () => void;
  readonly onRename: (name: string) => Promise<void>;
}

/** One column's header. */
export function GridHeader(props: GridHeaderProps) {
  const { column, place, width, sort, isFocusStop, isRenamed, isMenuOpen, menu, onMenu, onSort, onWidth, onWidthKept, onFit, onRename } =
    props;
  const drag = useRef<{ x: number; width: number } | null>(null);

  function size(event: PointerEvent): void {
    if (drag.current) onWidth(Math.max(columnLimits.min, drag.current.width + event.clientX - drag.current.x));
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useKeyWithClickEvents: part of a virtual grid, whose keys the grid hears.
    <div
      role="columnheader"
      aria-colindex={place + 2}
      aria-sort={sort ? (sort.direction === 'asc' ? 'ascending' : 'descending') : 'none'}
      tabIndex={isFocusStop ? 0 : -1}
      data-header={place}
      className={styles.header}
      style={{ width }}
      title={column.expression ? words.computedFrom(column.expression) : undefined}
      onClick={(event) => onSort(event.shiftKey)}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onMenu(true);
      }}
    >
      {isRenamed ? (
        <NameField label={words.columnName} initial={column.name} onDone={onRename} />
      ) : (
        <>
          <span className={styles.headerName}>{column.name}</span>
          {column.kind === 'computed' ? <Icon of={column.isVolatile ? Link : Sigma} size={12} className={styles.headerIcon} /> : null}
          {sort ? <Icon of={sort.direction === 'asc' ? ArrowUpNarrowWide : ArrowDownWideNarrow} size={12} /> : null}
          <span className={styles.headerSpace} />
          <Menu
            entries={menu}
            open={isMenuOpen}
            onOpenChange={onMenu}
            trigger={
              <IconButton
                label={words.columnMenu(column.name)}
                tabIndex={-1}
                className={styles.headerMenu}
                onClick={(event) => event.stopPropagation()}
              >
                <Icon of={ChevronDown} size={12} />
              </IconButton>
            }
          />
        </>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a pointer shortcut for Alt+Shift+arrows. */}
      <span
        className={styles.edge}
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={onFit}
        onPointerDown={(event) => {
          event.stopPropagation();
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, width };
        }}
        onPointerMove={size}
        onPointerUp={() => {
          drag.current = null;
          onWidthKept();
        }}
      />
    </div>
  );
}
