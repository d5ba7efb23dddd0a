/** The lines of a preview by place: only those on screen exist and are asked for. */
import { useEffect, useState } from 'react';
import type { Preview, PreviewLine } from '../../../src-shared/contract/rows.ts';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import styles from './import-sheet.module.css';

/** `all` or lines of one result. */
export type Shown = 'all' | PreviewLine['result'];

const lineHeight = 28;
/** Lines drawn beyond each edge. */
const overscan = 10;

interface PreviewLinesProps {
  readonly preview: Preview;
  readonly shown: Shown;
  readonly count: number;
  /** Puts the caret where this line was typed, or null where nothing was typed. */
  readonly onEdit: ((line: PreviewLine) => void) | null;
}

/** A table of line, name, scheme, provider, kind and result. */
export function PreviewLines({ preview, shown, count, onEdit }: PreviewLinesProps) {
  const session = useSession();
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(0);
  const [page, setPage] = useState<{ readonly start: number; readonly lines: readonly PreviewLine[] }>({ start: 0, lines: [] });
  const start = Math.max(0, Math.floor(top / lineHeight) - overscan);
  const end = Math.min(count, Math.ceil((top + height) / lineHeight) + overscan);

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

  return (
    // biome-ignore lint/a11y/useSemanticElements: only the lines on screen exist, which an HTML table cannot say.
    <div
      role="table"
      aria-label={words.previewOf(count)}
      aria-rowcount={count}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
      tabIndex={0}
      className={styles.lines}
      ref={(element) => {
        if (element && element.clientHeight !== height) setHeight(element.clientHeight);
      }}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
      <div role="rowgroup" className={styles.canvas} style={{ height: count * lineHeight }}>
        {page.lines.map((line, index) => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above.
          <div
            key={line.line}
            role="row"
            aria-rowindex={page.start + index + 1}
            className={styles.line}
            style={{ transform: `translateY(${(page.start + index) * lineHeight}px)` }}
          >
            <Cell className={styles.number}>{line.line}</Cell>
            <Cell className={styles.name} title={line.typed}>
              {line.result === 'rejected' ? line.typed : line.name}
            </Cell>
            <Cell className={styles.scheme}>{line.scheme ?? '—'}</Cell>
            <Cell className={styles.provider}>{line.provider ?? '—'}</Cell>
            <Cell className={styles.kind}>{line.kind}</Cell>
            <Cell className={line.result === 'rejected' ? styles.rejected : styles.result} title={resultWords(line)}>
              {resultWords(line)}
            </Cell>
            <Cell className={styles.deed}>
              {line.result === 'rejected' && onEdit ? (
                <button type="button" className={styles.edit} onClick={() => onEdit(line)}>
                  {words.edit}
                </button>
              ) : null}
            </Cell>
          </div>
        ))}
      </div>
    </div>
  );
}

function Cell({
  className,
  title,
  children,
}: {
  readonly className: string | undefined;
  readonly title?: string;
  readonly children: React.ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: part of a virtual table.
    <span role="cell" className={className} title={title}>
      {children}
    </span>
  );
}

/** What becomes of a line, in words. */
export function resultWords(line: PreviewLine): string {
  if (line.rejected) return words.rejectedLine(line.rejected.message);
  const parts = [
    line.result === 'already' ? words.alreadyHere(line.already ?? '') : words.newLine,
    ...(line.result === 'new' && line.already ? [words.alsoThere(line.already)] : []),
    ...(line.offered ? [words.asObject(line.offered)] : []),
    ...(line.endsInSeconds === undefined ? [] : [words.linkLife(line.endsInSeconds)]),
  ];
  return parts.join(' · ');
}
