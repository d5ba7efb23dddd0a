/** The lines of a preview by place: only those on screen exist and are asked for, however many there are. */
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useReducer, useRef, useState } from 'react';
import type { Preview, PreviewLine } from '../../../src-shared/contract/rows.ts';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { canvasHeight } from '../look/long-scroll.ts';
import { initialScroll, scroll, visibleRows } from '../table/scroll.ts';
import styles from './import-sheet.module.css';
import { PreviewRow } from './preview-row.tsx';
import type { Correction } from './use-preview.ts';

/** `all` or lines of one result. */
export type Shown = 'all' | PreviewLine['result'];

const lineHeight = 28;
/** Lines drawn beyond each edge. */
const overscan = 10;
/** The bar is put where it belongs when it rested this long, in ms. */
const restMilliseconds = 150;

interface PreviewLinesProps {
  readonly preview: Preview;
  readonly shown: Shown;
  readonly count: number;
  /** Lines the user left out, by number. */
  readonly skipped: ReadonlyMap<number, PreviewLine['result']>;
  readonly skipsAlready: boolean;
  readonly onToggle: (line: PreviewLine) => void;
  readonly onCorrect: (correction: Correction) => void;
  /** Sets up the store that a line's offer needs. */
  readonly onSetUp: (line: number) => void;
}

/** One Tab stop: arrows move, Space takes or leaves a line, Enter edits a rejected one, sets up a store or takes an alternative. */
export function PreviewLines({ preview, shown, count, skipped, skipsAlready, onToggle, onCorrect, onSetUp }: PreviewLinesProps) {
  const session = useSession();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [state, dispatch] = useReducer(scroll, { ...initialScroll, rowHeight: lineHeight });
  const [viewport, setViewport] = useState(0);
  const [active, setActive] = useState(0);
  const [editing, setEditing] = useState<number | null>(null);
  const [page, setPage] = useState<{ readonly start: number; readonly lines: readonly PreviewLine[] }>({ start: 0, lines: [] });
  const visible = visibleRows(state);
  const start = Math.max(0, visible.start - overscan);
  const end = Math.min(count, visible.end + overscan);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setViewport(Math.max(0, element.clientHeight - lineHeight)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => dispatch({ type: 'sized', rowCount: count, rowHeight: lineHeight, viewport }), [count, viewport]);
  useLayoutEffect(() => {
    if (box.current && Math.abs(box.current.scrollTop - state.scrollTop) >= 1) box.current.scrollTop = state.scrollTop;
  }, [state.scrollTop]);

  useEffect(() => {
    if (end <= start) {
      setPage({ start: 0, lines: [] });
      return;
    }
    const abort = new AbortController();
    const input = { previewId: preview.previewId, start, end, ...(shown === 'all' ? {} : { result: shown }) };
    void session.client.importing.previewLines(input, { signal: abort.signal }).then((answer) => {
      if (!abort.signal.aborted && answer.ok) setPage({ start, lines: answer.value });
    });
    return () => abort.abort();
  }, [session, preview, shown, start, end]);

  const restTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(restTimer.current), []);
  function onScroll(): void {
    dispatch({ type: 'scrolled', scrollTop: box.current?.scrollTop ?? 0 });
    clearTimeout(restTimer.current);
    restTimer.current = setTimeout(() => dispatch({ type: 'rested' }), restMilliseconds);
  }

  const canTake = (line: PreviewLine) => line.result === 'new' || (line.result === 'already' && !skipsAlready);
  const now = Math.min(active, Math.max(0, count - 1));

  function press(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return;
    const line = page.lines[now - page.start];
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: now + 1,
      ArrowUp: now - 1,
      Home: 0,
      End: count - 1,
      PageDown: now + visible.end - visible.start - 1,
      PageUp: now - (visible.end - visible.start - 1),
    };
    const next = steps[event.key];
    if (next !== undefined) {
      const row = Math.min(Math.max(0, next), count - 1);
      setActive(row);
      dispatch({ type: 'revealed', rowIndex: row });
    } else if (event.key === ' ' && line && canTake(line)) onToggle(line);
    else if ((event.key === 'Enter' || event.key === 'F2') && line?.result === 'rejected') setEditing(line.line);
    else if (event.key === 'Enter' && line?.offeredStore) onSetUp(line.line);
    else if (event.key === 'Enter' && line?.alternative !== undefined) onCorrect({ line: line.line, text: null });
    else return;
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: only the lines on screen exist, which an HTML table cannot say.
    <div
      ref={box}
      role="grid"
      tabIndex={0}
      aria-label={words.previewOf(count)}
      aria-rowcount={count + 1}
      {...(page.lines[now - page.start] ? { 'aria-activedescendant': `${id}-${now}` } : {})}
      className={styles.lines}
      onScroll={onScroll}
      onKeyDown={press}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above. */}
      <div role="row" aria-rowindex={1} className={styles.heads}>
        {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above. */}
        <span role="columnheader" className={styles.check}>
          <span className="visually-hidden">{words.importAction}</span>
        </span>
        {(['line', 'name', 'scheme', 'provider', 'kind', 'result'] as const).map((head) => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above.
          <span key={head} role="columnheader" className={styles[head === 'line' ? 'number' : head]}>
            {words.lineHeads[head]}
          </span>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
      <div role="rowgroup" className={styles.canvas} style={{ height: canvasHeight(state) }}>
        {page.lines.map((line, index) => {
          const place = page.start + index;
          return (
            <PreviewRow
              key={line.line}
              id={`${id}-${place}`}
              line={line}
              place={place}
              y={place * lineHeight + state.offset}
              isActive={place === now}
              isTaken={canTake(line) && !skipped.has(line.line)}
              canTake={canTake(line)}
              isEdited={editing === line.line}
              onToggle={() => {
                setActive(place);
                onToggle(line);
              }}
              onEdit={() => setEditing(line.line)}
              onEdited={(text) => {
                setEditing(null);
                box.current?.focus();
                if (text !== null) onCorrect({ line: line.line, text });
              }}
              onAlternative={() => onCorrect({ line: line.line, text: null })}
              onSetUp={() => onSetUp(line.line)}
            />
          );
        })}
      </div>
    </div>
  );
}
