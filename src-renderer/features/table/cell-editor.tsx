/** A cell being edited: Enter saves and goes down, Tab to the side, Esc leaves it as it was. All else is text. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import styles from './cell-editor.module.css';

/** Where the focus goes after saving. */
export type AfterSaving = 'down' | 'right' | 'left' | 'stay';

interface CellEditorProps {
  readonly label: string;
  readonly initial: string;
  readonly onSave: (text: string, after: AfterSaving) => void;
  readonly onCancel: () => void;
}

/** Covers its cell. Leaving it by a click elsewhere saves too. */
export function CellEditor({ label, initial, onSave, onCancel }: CellEditorProps) {
  const [text, setText] = useState(initial);
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  function finish(deed: () => void): void {
    if (isDone.current) return;
    isDone.current = true;
    deed();
  }

  function press(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    const after: AfterSaving | null = event.key === 'Enter' ? 'down' : event.key === 'Tab' ? (event.shiftKey ? 'left' : 'right') : null;
    if (after) {
      event.preventDefault();
      finish(() => onSave(text, after));
    } else if (event.key === 'Escape') finish(onCancel);
  }

  return (
    <input
      ref={field}
      aria-label={label}
      className={styles.editor}
      value={text}
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={press}
      onBlur={() => finish(() => (text === initial ? onCancel() : onSave(text, 'stay')))}
      onPointerDown={(event) => event.stopPropagation()}
    />
  );
}
