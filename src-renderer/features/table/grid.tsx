/** The grid: any number of rows, of which only those on screen exist; keys, mouse and focus over them. */
import { Plus } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { Row } from '../../../src-shared/model/cell.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { formatCount } from '../../app/format.ts';
import { keyOf } from '../../app/keyboard.ts';
import { densities } from '../../app/layout-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ThumbBubble } from '../../ui/thumb-bubble.tsx';
import { startRowDrag } from '../look/drag-out.ts';
import { canvasHeight } from '../look/long-scroll.ts';
import { forgetNewAbove, RowsAbove } from '../look/rows-above.tsx';
import { useMinute } from '../look/use-minute.ts';
import type { AfterSaving } from './cell-editor.tsx';
import { typedValue } from './cell-text.ts';
import { keepWidths, setWidth, sortBy } from './follow-table.ts';
import styles from './grid.module.css';
import { GridHeader } from './grid-header.tsx';
import { GridRow } from './grid-row.tsx';
import { headerKeys } from './header-keys.ts';
import { headerMenu } from './header-menu.ts';
import { moveBy } from './moves.ts';
import { renameColumn, saveCell } from './row-deeds.ts';
import { initialScroll, scroll, visibleRows } from './scroll.ts';
import { type Focus, isSelected, select, selectedCount } from './selection.ts';
import { asColumn, type ShownCells } from './shown-columns.ts';
import { columnLimits, widthOf } from './table-store.ts';

/** Rows drawn beyond each edge of the screen, so that a turn of the wheel shows no gap. */
const overscan = 4;
/** The bar is put where it belongs, and the row number beside it goes, when it rested this long, in ms. */
const restMilliseconds = 150;
const widthStep = 16;
const thumbnails = { compact: 20, regular: 32, tall: 64 } as const;
const headerHeight = 32;

interface GridProps {
  readonly onAddColumn: () => void;
  readonly onEditColumn: (column: Column) => void;
}

/** The rows of the open table. */
export function Grid({ onAddColumn, onEditColumn }: GridProps) {
  const session = useSession();
  const {
    table,
    view,
    pages,
    drawn,
    shifted,
    shown: extra,
    shownCells,
    order,
    selection,
    editing,
    goneTo,
    renaming,
    widths: kept,
  } = useIn(session.table, (state) => state);
  const density = useIn(session.layout, (state) => state.density);
  const isLoupeOpen = useIn(session.look, (state) => state.isLoupeOpen);
  const scroller = useRef<HTMLDivElement>(null);
  const [state, dispatch] = useReducer(scroll, initialScroll);
  const [viewport, setViewport] = useState(0);
  const [isDragged, setDragged] = useState(false);
  const [openMenu, setOpenMenu] = useState<number | null>(null);
  const hasFocus = useRef(false);
  const minute = useMinute(session.now);

  const columns = useMemo(() => [...(table?.columns ?? noColumns), ...extra.map(asColumn)], [table, extra]);
  const widths = useMemo(() => columns.map((column) => widthOf({ widths: kept }, column)), [columns, kept]);
  const rowCount = view?.rowCount ?? 0;
  const rowHeight = densities[density];
  // Rows that have other places are drawn at them with the scroll that belongs to them, or they would be seen to jump.
  const viewId = view?.viewId;
  const [placed, setPlaced] = useState({ viewId, shifted, rowCount });
  if (placed.viewId !== viewId || placed.shifted !== shifted || placed.rowCount !== rowCount) {
    setPlaced({ viewId, shifted, rowCount });
    if (placed.viewId === viewId) dispatch({ type: 'shifted', by: shifted - placed.shifted, rowCount });
  }
  const visible = visibleRows(state);
  const page = Math.max(1, Math.floor(viewport / rowHeight) - 1);
  const { focus } = selection;

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setViewport(Math.max(0, element.clientHeight - headerHeight)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => dispatch({ type: 'sized', rowCount, rowHeight, viewport }), [rowCount, rowHeight, viewport]);
  // The bar follows what keys and densities did.
  useLayoutEffect(() => {
    if (scroller.current && Math.abs(scroller.current.scrollTop - state.scrollTop) >= 1) scroller.current.scrollTop = state.scrollTop;
  }, [state.scrollTop]);

  // The loupe goes through the rows without moving what lies under it; where it ended is shown once it is gone.
  const wasLoupeOpen = useRef(isLoupeOpen);
  useLayoutEffect(() => {
    if (wasLoupeOpen.current && !isLoupeOpen && focus.row >= 0) dispatch({ type: 'revealed', rowIndex: focus.row });
    wasLoupeOpen.current = isLoupeOpen;
  }, [isLoupeOpen, focus.row]);

  // Coming from the gallery, the focused row is brought on screen, and the keyboard goes where the tile was that is gone.
  const isSized = viewport > 0 && rowCount > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when there is something to bring it onto.
  useEffect(() => {
    if (isSized && focus.row > 0) dispatch({ type: 'revealed', rowIndex: focus.row });
  }, [isSized]);
  useLayoutEffect(() => {
    if (!isLoupeOpen && document.activeElement === document.body) hasFocus.current = true;
  }, [isLoupeOpen]);

  const hasPreview = extra.some(({ isPreview }) => isPreview);
  useEffect(() => {
    if (hasPreview && scroller.current) scroller.current.scrollLeft = scroller.current.scrollWidth;
  }, [hasPreview]);

  // Where the bar and the screen parted, the bar is put right once it rests.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each shift parts them.
  useEffect(() => {
    const timer = setTimeout(() => dispatch({ type: 'rested' }), restMilliseconds);
    return () => clearTimeout(timer);
  }, [shifted]);

  useEffect(() => {
    if (viewId === undefined || visible.end <= visible.start) return;
    pages?.see(visible.start, visible.end);
    pages?.want(visible.start, visible.end);
    forgetNewAbove(session, visible.start);
    const timer = setTimeout(() => void session.client.views.show({ viewId, start: visible.start, end: visible.end }), restMilliseconds);
    return () => clearTimeout(timer);
  }, [session, pages, viewId, visible.start, visible.end]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `drawn` rises when rows came that can be asked about now.
  useEffect(() => {
    if (!shownCells || !pages) return;
    const rowIds: number[] = [];
    for (let row = visible.start; row < visible.end; row += 1) {
      const rowId = pages.rowAt(row)?.rowId;
      if (rowId !== undefined) rowIds.push(rowId);
    }
    shownCells.want(rowIds);
  }, [shownCells, pages, drawn, visible.start, visible.end]);

  useLayoutEffect(() => {
    if (!goneTo) return;
    hasFocus.current = true;
    dispatch({ type: 'revealed', rowIndex: goneTo.row });
    session.table.setState({ goneTo: null });
  }, [goneTo, session]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a row gone to takes the focus, also where it was focused before; out of the loupe, and once there are rows, the focus comes back.
  useLayoutEffect(() => {
    if (!hasFocus.current || editing || renaming) return;
    const target = focus.row < 0 ? `[data-header="${focus.column}"]` : `[data-row="${focus.row}"] [data-cell="${focus.column}"]`;
    scroller.current?.querySelector<HTMLElement>(target)?.focus({ preventScroll: focus.row >= 0 });
  }, [focus, editing, renaming, isSized, isLoupeOpen, goneTo]);

  const restTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  function onScroll(): void {
    const scrollTop = scroller.current?.scrollTop ?? 0;
    if (Math.abs(scrollTop - state.scrollTop) > canvasHeight(state) / Math.max(1, viewport) && rowCount > 1000) setDragged(true);
    dispatch({ type: 'scrolled', scrollTop });
    clearTimeout(restTimer.current);
    restTimer.current = setTimeout(() => {
      setDragged(false);
      dispatch({ type: 'rested' });
    }, restMilliseconds);
  }

  function move(focusNow: Focus, effect: 'choose' | 'extend' | 'focus'): void {
    const type = effect === 'choose' ? 'chosen' : effect === 'extend' ? 'extended' : 'focused';
    session.table.setState((now) => ({ selection: select(now.selection, { type, focus: focusNow }) }));
    if (focusNow.row >= 0) dispatch({ type: 'revealed', rowIndex: focusNow.row });
  }

  function pressInHeader(key: string, column: Column): boolean {
    const width = widths[focus.column] ?? columnLimits.initial;
    const deed = headerKeys[key];
    switch (deed) {
      case 'sort':
      case 'addSort':
        sortBy(session, column.name, { add: deed === 'addSort' });
        return true;
      case 'menu':
        setOpenMenu(focus.column);
        return true;
      case 'narrower':
      case 'wider':
        resize(column, width + (deed === 'narrower' ? -widthStep : widthStep));
        return true;
      default:
        return false;
    }
  }

  function press(event: KeyboardEvent): void {
    const key = keyOf(event.nativeEvent, session.isMac);
    if (!key || event.target instanceof HTMLInputElement) return;
    const column = columns[focus.column];
    const isDone = focus.row < 0 && column ? pressInHeader(key, column) : false;
    const next = isDone ? null : moveBy(key, focus, { rowCount, columnCount: columns.length, page });
    if (next) move(next.focus, next.effect);
    if (isDone || next) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  function placeOf(target: EventTarget): Focus | null {
    const row = target instanceof Element ? target.closest('[data-row]')?.getAttribute('data-row') : null;
    if (row === null || row === undefined) return null;
    const cell = target instanceof Element ? target.closest('[data-cell]')?.getAttribute('data-cell') : null;
    return { row: Number(row), column: cell ? Number(cell) : focus.column };
  }

  function pointAt(event: MouseEvent): void {
    if (event.target instanceof HTMLInputElement) return;
    const place = placeOf(event.target);
    if (!place) return;
    hasFocus.current = true;
    if (event.button === 2 && isSelected(selection, place.row)) {
      session.table.setState({ selection: select(selection, { type: 'focused', focus: place }) });
    } else if (canBeDragged(event) && isSelected(selection, place.row) && selectedCount(selection) > 1) {
      // Several rows may be about to be dragged: the click that is none chooses this one.
      session.table.setState({ selection: select(selection, { type: 'focused', focus: place }) });
    } else {
      const type = event.shiftKey ? 'extended' : (session.isMac ? event.metaKey : event.ctrlKey) ? 'toggled' : 'chosen';
      session.table.setState({ selection: select(selection, { type, focus: place }) });
    }
  }

  function chooseAt(event: MouseEvent): void {
    const place = placeOf(event.target);
    if (place && canBeDragged(event) && selectedCount(selection) > 1 && isSelected(selection, place.row)) {
      session.table.setState({ selection: select(selection, { type: 'chosen', focus: place }) });
    }
  }

  function resize(column: Column, width: number): void {
    setWidth(session, column.name, Math.max(columnLimits.min, Math.round(width)));
    keepWidths(session);
  }

  /** As wide as the widest of what is on screen. */
  function fitWidth(column: Column, place: number): void {
    const cells = scroller.current?.querySelectorAll<HTMLElement>(`[data-cell="${place}"]`) ?? [];
    const widest = Math.max(columnLimits.min, ...[...cells].map((cell) => cell.scrollWidth + 2));
    resize(column, Math.min(columnLimits.maxFit, widest));
  }

  const latest = useRef({ session, focus, rowCount, columnCount: columns.length, move });
  latest.current = { session, focus, rowCount, columnCount: columns.length, move };
  const handlers = useMemo(() => {
    async function save(column: Column, rowId: number, text: string, after: AfterSaving): Promise<void> {
      const now = latest.current;
      now.session.table.setState({ editing: null });
      await saveCell(now.session, rowId, column, column.kind === 'media' ? text : typedValue(column, text));
      const { row, column: place } = latest.current.focus;
      if (after === 'down' && row + 1 < now.rowCount) latest.current.move({ row: row + 1, column: place }, 'choose');
      if (after === 'right' && place + 1 < now.columnCount) latest.current.move({ row, column: place + 1 }, 'choose');
      if (after === 'left' && place > 0) latest.current.move({ row, column: place - 1 }, 'choose');
    }
    return {
      onSave: (column: Column, rowId: number, text: string, after: AfterSaving) => void save(column, rowId, text, after),
      onCancel: () => latest.current.session.table.setState({ editing: null }),
    };
  }, []);

  const shown = useMemo(() => {
    const rows: number[] = [];
    for (let row = Math.max(0, visible.start - overscan); row < Math.min(rowCount, visible.end + overscan); row += 1) rows.push(row);
    // The focused row stays, wherever the screen is, so that the focus is never lost to the page.
    if (focus.row >= 0 && focus.row < rowCount && !rows.includes(focus.row)) rows.push(focus.row);
    return rows;
  }, [visible.start, visible.end, rowCount, focus.row]);

  const style = {
    '--row-height': `${rowHeight}px`,
    '--thumbnail': `${thumbnails[density]}px`,
    '--gutter': `${gutterWidth(rowCount)}px`,
  };

  return (
    <div className={styles.frame} style={style}>
      {/* biome-ignore lint/a11y/useSemanticElements: a virtual grid cannot be an HTML table; its cells take the focus. */}
      <div
        ref={scroller}
        role="grid"
        aria-label={words.tableOf(table?.name ?? '')}
        aria-rowcount={rowCount + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        data-keys="table content"
        className={styles.scroller}
        onScroll={onScroll}
        onKeyDown={press}
        onMouseDown={pointAt}
        onClick={chooseAt}
        onDragStart={(event) => {
          const place = placeOf(event.target);
          if (place) startRowDrag(session, event, place.row);
        }}
        onDoubleClick={(event) => {
          const place = placeOf(event.target);
          if (place && columns[place.column]?.kind === 'plain') session.table.setState({ editing: place });
        }}
        onFocus={(event) => {
          hasFocus.current = true;
          const header = event.target.getAttribute('data-header');
          if (header !== null && focus.row >= 0) move({ row: -1, column: Number(header) }, 'focus');
        }}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) hasFocus.current = false;
        }}
      >
        {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above. */}
        <div role="row" aria-rowindex={1} className={styles.headers}>
          {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above. */}
          <div role="columnheader" aria-colindex={1} aria-label={words.rowNumber} className={styles.gutter}>
            #
          </div>
          {columns.map((column, place) => (
            <GridHeader
              key={column.id}
              column={column}
              place={place}
              width={widths[place] ?? columnLimits.initial}
              sort={order.find((key) => key.by === column.name)}
              isFocusStop={place === focus.column && (focus.row < 0 || rowCount === 0)}
              isRenamed={renaming === column.name}
              isMenuOpen={openMenu === place}
              menu={headerMenu(session, column, order, { fit: () => fitWidth(column, place), edit: () => onEditColumn(column) })}
              onMenu={(open) => setOpenMenu(open ? place : null)}
              onSort={(add) => sortBy(session, column.name, { add })}
              onWidth={(width) => setWidth(session, column.name, width)}
              onWidthKept={() => keepWidths(session)}
              onFit={() => fitWidth(column, place)}
              onRename={async (name) => {
                if (await renameColumn(session, column.name, name.trim())) session.table.setState({ renaming: null });
              }}
            />
          ))}
          {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: a row holds headers only, and this one holds its button. */}
          <span role="columnheader" className={styles.addColumn}>
            <IconButton label={words.addColumn} onClick={onAddColumn}>
              <Icon of={Plus} />
            </IconButton>
          </span>
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
        <div role="rowgroup" className={styles.canvas} style={{ height: canvasHeight(state) }}>
          {shown.map((rowIndex) => (
            <GridRow
              key={rowIndex - shifted}
              rowIndex={rowIndex}
              row={withShown(pages?.rowAt(rowIndex), shownCells)}
              columns={columns}
              widths={widths}
              y={rowIndex * rowHeight + state.offset}
              isSelected={isSelected(selection, rowIndex)}
              focusColumn={focus.row === rowIndex ? focus.column : null}
              editColumn={editing?.row === rowIndex ? editing.column : null}
              minute={minute}
              {...handlers}
            />
          ))}
        </div>
      </div>
      <RowsAbove className={styles.above} />
      {isDragged ? (
        <ThumbBubble
          top={headerHeight + ((viewport - headerHeight) * state.top) / Math.max(1, rowCount * rowHeight)}
          text={words.rowAddress(visible.start + 1)}
        />
      ) : null}
    </div>
  );
}

/** A plain press on a cell that can be dragged. */
function canBeDragged(event: MouseEvent): boolean {
  const isPlain = event.button === 0 && !event.shiftKey && !event.ctrlKey && !event.metaKey;
  return isPlain && event.target instanceof Element && event.target.closest('[draggable="true"]') !== null;
}

const noColumns: readonly Column[] = [];

function withShown(row: Row | undefined, shownCells: ShownCells | null): Row | undefined {
  return row && shownCells ? shownCells.extend(row) : row;
}

/** 56 px, wider from a million rows on: the longest number with its commas, and room at both sides. */
function gutterWidth(rowCount: number): number {
  return Math.max(56, formatCount(rowCount).length * 7 + 24);
}
