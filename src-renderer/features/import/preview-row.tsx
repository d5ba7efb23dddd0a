/** A line of a preview: whether it is taken, what it is, what becomes of it, and what can be done about that. */
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { PreviewLine } from '../../../src-shared/contract/rows.ts';
import { formatCount } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './import-sheet.module.css';
import { resultWords } from './result-words.ts';

interface PreviewRowProps {
  readonly id: string;
  readonly line: PreviewLine;
  /** Among the lines shown, from 0. */
  readonly place: number;
  /** Where it lies on the canvas, in px. */
  readonly y: number;
  readonly isActive: boolean;
  readonly isTaken: boolean;
  readonly canTake: boolean;
  readonly isEdited: boolean;
  readonly onToggle: () => void;
  readonly onEdit: () => void;
  /** Null: left as it was. */
  readonly onEdited: (text: string | null) => void;
  readonly onAlternative: () => void;
  readonly onSetUp: () => void;
}

export function PreviewRow(props: PreviewRowProps) {
  const { id, line, place, y, isActive, isTaken, canTake, isEdited, onToggle, onEdit, onEdited, onAlternative, onSetUp } = props;
  const isRejected = line.result === 'rejected';
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: part of a virtual table with one Tab stop.
    <div
      id={id}
      role="row"
      aria-rowindex={place + 2}
      className={[styles.line, isActive ? styles.active : '', isTaken ? '' : styles.leftOut].join(' ')}
      style={{ transform: `translateY(${y}px)` }}
    >
      <Cell className={styles.check}>
        {isRejected ? (
          <Icon of={X} size={12} />
        ) : (
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={words.takeLine(line.line)}
            checked={isTaken}
            disabled={!canTake}
            title={canTake ? undefined : words.skippedAsAlready}
            onChange={onToggle}
          />
        )}
      </Cell>
      <Cell className={styles.number}>{formatCount(line.line)}</Cell>
      {isEdited ? (
        <Cell className={styles.editor}>
          <LineEditor line={line} onDone={onEdited} />
        </Cell>
      ) : (
        <>
          <Cell className={styles.name} title={line.typed}>
            {isRejected ? line.typed : line.name}
          </Cell>
          {isRejected ? null : (
            <>
              <Cell className={styles.scheme}>{line.scheme}</Cell>
              <Cell className={styles.provider} title={line.provider ?? undefined}>
                {line.provider}
              </Cell>
              <Cell className={styles.kind}>{line.kind}</Cell>
            </>
          )}
          <Cell className={isRejected ? styles.rejected : styles.result} title={resultWords(line)}>
            <span className={styles.words}>{resultWords(line)}</span>
            {isRejected ? (
              <button type="button" tabIndex={-1} className={styles.edit} onClick={onEdit}>
                {words.edit}
              </button>
            ) : null}
            {line.offeredStore ? (
              <button type="button" tabIndex={-1} className={styles.edit} title={words.setUpTitle(line.offeredStore)} onClick={onSetUp}>
                {words.setUpStore}
              </button>
            ) : null}
            {!isRejected && line.alternative !== undefined ? (
              <button type="button" tabIndex={-1} className={styles.edit} title={line.alternative} onClick={onAlternative}>
                {line.isAlternative ? words.pictureInstead : words.linkInstead}
              </button>
            ) : null}
          </Cell>
        </>
      )}
    </div>
  );
}

/** Enter keeps what is typed, Esc and leaving do not. */
function LineEditor({ line, onDone }: { readonly line: PreviewLine; readonly onDone: (text: string | null) => void }) {
  const [text, setText] = useState(line.typed);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <TextField
      ref={field}
      aria-label={words.editLine(line.line)}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onDone(null)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
        // The sheet would close with Esc.
        event.stopPropagation();
        event.preventDefault();
        onDone(event.key === 'Enter' ? text : null);
      }}
    />
  );
}

function Cell({
  className,
  title,
  children,
}: {
  readonly className: string | undefined;
  readonly title?: string | undefined;
  readonly children: React.ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: part of a virtual table.
    <span role="gridcell" className={className} title={title}>
      {children}
    </span>
  );
}
