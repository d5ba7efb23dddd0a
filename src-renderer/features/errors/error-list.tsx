/** Groups of failed cells as a tree: a group opens to its cells, of which only those on screen exist. Drawn from plain data. */
import { ChevronDown, ChevronRight, Copy, KeyRound, ListFilter, RotateCw, Stethoscope, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'react';
import type { ErrorGroup, FailedCell } from '../../../src-shared/contract/errors.ts';
import type { ErrorCause } from '../../../src-shared/model/error.ts';
import { focusPanelTab } from '../../app/focus-places.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { canvasHeight } from '../look/long-scroll.ts';
import { initialScroll, scroll, visibleRows } from '../table/scroll.ts';
import { type ErrorItem, itemAt, itemCount, placeOfGroup } from './error-items.ts';
import styles from './error-list.module.css';

/** Lines drawn beyond each edge of the screen. */
const overscan = 3;
/** Height of a line, in px; the style sheet has the same. */
const lineHeight = 32;

interface ErrorListProps {
  readonly groups: readonly ErrorGroup[];
  readonly open: ErrorCause | null;
  /** A cell of the open group by its place, undefined while it is not here. */
  readonly cellAt: (place: number) => FailedCell | undefined;
  /** Says which cells of the open group are on screen, `end` exclusive. */
  readonly onShow: (start: number, end: number) => void;
  readonly onToggle: (cause: ErrorCause) => void;
  readonly onGo: (cell: FailedCell) => void;
  /** Null where trying again cannot help. */
  readonly onRetry: (group: ErrorGroup) => (() => void) | null;
  readonly onShowRows: (group: ErrorGroup) => (() => void) | null;
  readonly onCopyLogin: (group: ErrorGroup) => (() => void) | null;
  /** Null where who asks is not what is wrong. */
  readonly onTestAccess: (group: ErrorGroup) => (() => void) | null;
  readonly onChooseIdentity: (group: ErrorGroup) => (() => void) | null;
}

export function ErrorList(props: ErrorListProps) {
  const { groups, open, cellAt, onShow, onToggle, onGo } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [state, dispatch] = useReducer(scroll, initialScroll);
  const [viewport, setViewport] = useState(0);
  const [focus, setFocus] = useState(0);
  const hasFocus = useRef(false);
  const count = itemCount(groups, open);
  const current = Math.min(focus, Math.max(0, count - 1));
  const visible = visibleRows(state);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = scroller.current;
    return () => {
      if (element?.contains(document.activeElement)) focusPanelTab();
    };
  }, []);
  useEffect(() => dispatch({ type: 'sized', rowCount: count, rowHeight: lineHeight, viewport }), [count, viewport]);
  useLayoutEffect(() => {
    if (scroller.current && Math.abs(scroller.current.scrollTop - state.scrollTop) >= 1) scroller.current.scrollTop = state.scrollTop;
  }, [state.scrollTop]);

  const first = open === null ? 0 : placeOfGroup(groups, open, open) + 1;
  useEffect(() => {
    if (open !== null) onShow(visible.start - first, visible.end - first);
  }, [open, onShow, first, visible.start, visible.end]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a line that has just come into being takes the focus that is meant for it.
  useLayoutEffect(() => {
    if (!hasFocus.current) return;
    const line = scroller.current?.querySelector<HTMLElement>(`[data-line="${current}"]`);
    if (line && !line.contains(document.activeElement)) line.focus({ preventScroll: true });
  }, [current, count]);

  function move(to: number): void {
    const next = Math.min(Math.max(0, to), count - 1);
    setFocus(next);
    dispatch({ type: 'revealed', rowIndex: next });
  }

  function run(item: ErrorItem | undefined): void {
    if (item?.kind === 'group') onToggle(item.group.cause);
    const cell = item?.kind === 'cell' ? cellAt(item.place) : undefined;
    if (cell) onGo(cell);
  }

  function press(event: KeyboardEvent): void {
    if (event.target instanceof HTMLButtonElement) return;
    const item = itemAt(groups, open, current);
    if (!item) return;
    const page = Math.max(1, Math.floor(viewport / lineHeight) - 1);
    const isOpen = item.group.cause === open;
    const steps: Record<string, () => void> = {
      ArrowDown: () => move(current + 1),
      ArrowUp: () => move(current - 1),
      PageDown: () => move(current + page),
      PageUp: () => move(current - page),
      Home: () => move(0),
      End: () => move(count - 1),
      Enter: () => run(item),
      ArrowRight: () => {
        if (item.kind === 'group' && !isOpen) onToggle(item.group.cause);
        else if (item.kind === 'group') move(current + 1);
      },
      ArrowLeft: () => {
        if (item.kind === 'cell') move(placeOfGroup(groups, open, item.group.cause));
        else if (isOpen) onToggle(item.group.cause);
      },
    };
    const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
    if (!step) return;
    event.preventDefault();
    step();
  }

  const lines: number[] = [];
  for (let line = Math.max(0, visible.start - overscan); line < Math.min(count, visible.end + overscan); line += 1) lines.push(line);
  // The focused line stays, wherever the screen is, so that the focus is never lost to the page.
  if (current < count && !lines.includes(current)) lines.push(current);

  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={words.errorList}
      className={styles.list}
      onScroll={() => dispatch({ type: 'scrolled', scrollTop: scroller.current?.scrollTop ?? 0 })}
      onKeyDown={press}
      onFocus={(event) => {
        hasFocus.current = true;
        const line = event.target.closest('[data-line]')?.getAttribute('data-line');
        if (line !== null && line !== undefined) setFocus(Number(line));
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) hasFocus.current = false;
      }}
    >
      <div role="presentation" className={styles.canvas} style={{ height: canvasHeight(state) }}>
        {lines.map((line) => {
          const item = itemAt(groups, open, line);
          if (!item) return null;
          const shared = { line, y: line * lineHeight + state.offset, isFocusStop: line === current, onRun: () => run(item) };
          return item.kind === 'group' ? (
            <GroupLine key={`group ${item.group.cause}`} {...props} {...shared} group={item.group} place={item.place} />
          ) : (
            <CellLine
              key={`cell ${item.place}`}
              {...shared}
              cell={cellAt(item.place)}
              place={item.place}
              count={item.group.cells}
              isOfMany={item.group.tables.length > 1}
              group={item.group}
            />
          );
        })}
      </div>
    </div>
  );
}

interface LineProps {
  readonly line: number;
  /** Where it lies on the canvas, in px. */
  readonly y: number;
  readonly isFocusStop: boolean;
  readonly onRun: () => void;
}

function GroupLine({
  group,
  place,
  groups,
  open,
  line,
  y,
  isFocusStop,
  onRun,
  onRetry,
  onShowRows,
  onCopyLogin,
  onTestAccess,
  onChooseIdentity,
}: LineProps & ErrorListProps & { readonly group: ErrorGroup; readonly place: number }) {
  const { cause, cells, example } = group;
  const isOpen = cause === open;
  const deeds = [
    { label: words.retryThese(cells), icon: RotateCw, run: onRetry(group) },
    { label: words.showRows, icon: ListFilter, run: onShowRows(group) },
    { label: words.copyLogin, icon: Copy, run: onCopyLogin(group) },
    { label: words.testAccess, icon: Stethoscope, run: onTestAccess(group) },
    { label: words.chooseIdentity, icon: KeyRound, run: onChooseIdentity(group) },
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears its keys.
    <div
      role="treeitem"
      aria-level={1}
      aria-setsize={groups.length}
      aria-posinset={place + 1}
      aria-expanded={isOpen}
      tabIndex={isFocusStop ? 0 : -1}
      data-line={line}
      className={styles.line}
      style={{ transform: `translateY(${y}px)` }}
      onClick={onRun}
    >
      <Icon of={isOpen ? ChevronDown : ChevronRight} className={styles.turn} />
      <Icon of={TriangleAlert} className={styles.sign} />
      <span className={styles.what}>{words.failedCells(cells, cause)}</span>
      <span className={styles.sentence} title={[example.message, example.next].filter(Boolean).join(' ')}>
        {example.message} <span className={styles.next}>{example.next}</span>
      </span>
      {deeds.map(({ label, icon, run }) =>
        run ? (
          <Button
            key={label}
            look="quiet"
            className={styles.deed}
            icon={<Icon of={icon} />}
            tabIndex={isFocusStop ? 0 : -1}
            onClick={(event) => {
              event.stopPropagation();
              run();
            }}
          >
            {label}
          </Button>
        ) : null,
      )}
    </div>
  );
}

function CellLine({
  line,
  y,
  isFocusStop,
  onRun,
  cell,
  place,
  count,
  isOfMany,
  group,
}: LineProps & {
  readonly cell: FailedCell | undefined;
  readonly place: number;
  readonly count: number;
  readonly isOfMany: boolean;
  readonly group: ErrorGroup;
}) {
  const path = isOfMany && cell ? group.tables.find(({ tableId }) => tableId === cell.tableId)?.path : undefined;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears its keys.
    <div
      role="treeitem"
      aria-level={2}
      aria-setsize={count}
      aria-posinset={place + 1}
      {...(cell ? {} : { 'aria-label': words.waitingForCell })}
      tabIndex={isFocusStop ? 0 : -1}
      data-line={line}
      className={[styles.line, styles.cell].join(' ')}
      style={{ transform: `translateY(${y}px)` }}
      onClick={onRun}
    >
      {cell ? (
        <>
          <span className={styles.name} title={cell.name}>
            {cell.name}
          </span>
          <span className={styles.column}>{path === undefined ? cell.column : `${path} · ${cell.column}`}</span>
          <span className={styles.sentence} title={[cell.error.message, cell.error.next].filter(Boolean).join(' ')}>
            {cell.error.message}
          </span>
        </>
      ) : (
        <span className={styles.shape} />
      )}
    </div>
  );
}
