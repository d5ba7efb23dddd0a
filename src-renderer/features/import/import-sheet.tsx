/** The import sheet: what was pasted, understood at once and counted, before anything is inserted. */
import { useEffect, useRef, useState } from 'react';
import type { Preview } from '../../../src-shared/contract/rows.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LinesField } from '../../ui/text-field.tsx';
import styles from './import-sheet.module.css';
import { insertPreview, tableHere } from './import-source.ts';

/** Typing rests this long before the lines are read again, in ms. */
const restMilliseconds = 120;

/** `text` is what was pasted to open it, if anything. */
export function ImportSheet({ text: given = '', onClose }: { readonly text?: string; readonly onClose: () => void }) {
  const session = useSession();
  const [text, setText] = useState(given);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<VitrineError | null>(null);
  const [isImporting, setImporting] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const into = tableHere(session);
  const tableName = useIn(session.tree, ({ tables }) => tables.find((table) => table.id === into)?.name ?? null);

  useEffect(() => {
    if (text.trim() === '') {
      setPreview(null);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const source = { kind: 'text', text } as const;
      const answer = await session.client.importing.preview(
        { source, ...(into === null ? {} : { table: into }) },
        { signal: abort.signal },
      );
      if (abort.signal.aborted) return;
      setError(answer.ok ? null : answer.error);
      if (answer.ok) setPreview(answer.value);
    }, restMilliseconds);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, session, into]);

  const fresh = preview ? preview.all - preview.rejected - preview.already : 0;

  async function run(): Promise<void> {
    if (!preview || isImporting) return;
    setImporting(true);
    const inserted = await insertPreview(session, preview, into, true);
    setImporting(false);
    if (inserted) onClose();
  }

  return (
    <Dialog
      title={words.importTitle}
      onClose={onClose}
      {...(given === '' ? {} : { initialFocus: button })}
      foot={
        <>
          <span className={styles.summary}>{preview ? words.nothingFetched(fresh) : words.nothingToImport}</span>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            ref={button}
            look="main"
            disabledReason={isImporting ? words.importingRows : fresh === 0 ? words.nothingToImport : null}
            onClick={() => void run()}
          >
            {words.importAction}
          </Button>
        </>
      }
    >
      {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
      <LinesField
        aria-label={words.importField}
        placeholder={words.importField}
        rows={10}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void run();
        }}
      />
      <p className={styles.facts} aria-live="polite">
        <span>{words.importInto(tableName)}</span>
        {preview ? <span>{words.importCounts(fresh, preview.already, preview.rejected)}</span> : null}
      </p>
    </Dialog>
  );
}
