/** The import sheet: all that was pasted or dropped, understood at once and counted, before anything is inserted. */
import { useEffect, useRef, useState } from 'react';
import type { ImportSource, Preview, PreviewLine } from '../../../src-shared/contract/rows.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { formatCount } from '../../app/format.ts';
import { say } from '../../app/notice-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LinesField } from '../../ui/text-field.tsx';
import styles from './import-sheet.module.css';
import { insertPreview, tableHere } from './import-source.ts';
import { PreviewLines, resultWords, type Shown } from './preview-lines.tsx';

/** Typing rests this long before the lines are read again, in ms. */
const restMilliseconds = 120;
/** Rejected lines that are copied at once. */
const mostCopied = 10_000;

interface ImportSheetProps {
  /** What was pasted to open it, if anything. */
  readonly text?: string;
  /** What was dropped, instead of text; it cannot be edited here. */
  readonly source?: ImportSource;
  readonly onClose: () => void;
}

/** Opens with the focus on Import where something was given, else in the field. */
export function ImportSheet({ text: given = '', source: dropped, onClose }: ImportSheetProps) {
  const session = useSession();
  const [text, setText] = useState(given);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<VitrineError | null>(null);
  const [isImporting, setImporting] = useState(false);
  const [shown, setShown] = useState<Shown>('all');
  const [skipsAlready, setSkipsAlready] = useState(true);
  const [takesOffered, setTakesOffered] = useState(true);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const into = tableHere(session);
  const tableName = useIn(session.tree, ({ tables }) => tables.find((table) => table.id === into)?.name ?? null);

  useEffect(() => {
    if (!dropped && text.trim() === '') {
      setPreview(null);
      return;
    }
    const abort = new AbortController();
    const isGiven = dropped !== undefined || text === given;
    // What was typed since is not what the preview holds.
    if (!isGiven) setPreview(null);
    const timer = setTimeout(
      async () => {
        const source = dropped ?? ({ kind: 'text', text } as const);
        const answer = await session.client.importing.preview(
          { source, ...(into === null ? {} : { table: into }) },
          { signal: abort.signal },
        );
        if (abort.signal.aborted) return;
        setError(answer.ok ? null : answer.error);
        if (answer.ok) setPreview(answer.value);
      },
      isGiven ? 0 : restMilliseconds,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, given, dropped, session, into]);

  const previewId = preview?.previewId;
  useEffect(() => {
    if (previewId === undefined) return;
    return () => void session.client.importing.closePreview({ previewId });
  }, [session, previewId]);

  // Enter that was pressed before the lines were understood is not lost.
  const isPressed = useRef(false);
  useEffect(() => {
    if (!preview || !isPressed.current) return;
    isPressed.current = false;
    button.current?.click();
  }, [preview]);

  const fresh = preview ? preview.all - preview.rejected - (skipsAlready ? preview.already : 0) : 0;
  const counts = preview && { all: preview.all, new: preview.fresh, already: preview.already, rejected: preview.rejected };

  async function run(): Promise<void> {
    if (!preview || isImporting || fresh === 0) return;
    setImporting(true);
    const inserted = await insertPreview(session, preview, into, { skipDuplicates: skipsAlready, useOffered: takesOffered });
    setImporting(false);
    if (inserted) onClose();
  }

  async function copyRejected(): Promise<void> {
    if (!preview) return;
    const answer = await session.client.importing.previewLines({
      previewId: preview.previewId,
      result: 'rejected',
      start: 0,
      end: mostCopied,
    });
    if (!answer.ok) return;
    await navigator.clipboard.writeText(answer.value.map((line) => `${line.line}\t${line.typed}\t${resultWords(line)}`).join('\n'));
    say(session.notices, words.copied(words.results.rejected));
  }

  /** Selects the line's text in the field. */
  function edit({ typed }: PreviewLine): void {
    const start = text.indexOf(typed);
    field.current?.focus();
    if (start >= 0) field.current?.setSelectionRange(start, start + typed.length);
  }

  return (
    <Dialog
      title={words.importTitle}
      wide
      onClose={onClose}
      {...(given === '' && !dropped ? {} : { initialFocus: button })}
      foot={
        <>
          <span className={styles.summary}>{preview ? words.nothingFetched(fresh) : words.nothingToImport}</span>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            ref={button}
            look="main"
            disabledReason={isImporting ? words.importingRows : fresh === 0 ? words.nothingToImport : null}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !preview) isPressed.current = true;
            }}
            onClick={() => void run()}
          >
            {words.importAction}
          </Button>
        </>
      }
    >
      <div className={styles.sheet}>
        {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
        {dropped ? null : (
          <LinesField
            ref={field}
            aria-label={words.importField}
            placeholder={words.importField}
            rows={preview ? 5 : 14}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void run();
            }}
          />
        )}
        {preview && counts ? (
          <>
            <div className={styles.bar}>
              <div role="radiogroup" aria-label={words.showLines} className={styles.filters}>
                {(['all', 'new', 'already', 'rejected'] as const).map((one) => (
                  <label key={one} className={styles.filter}>
                    <input type="radio" name="shown" checked={shown === one} onChange={() => setShown(one)} />
                    {words.results[one]} {formatCount(counts[one])}
                  </label>
                ))}
              </div>
              {preview.rejected > 0 ? <Button onClick={() => void copyRejected()}>{words.copyRejected}</Button> : null}
            </div>
            <PreviewLines preview={preview} shown={shown} count={counts[shown]} onEdit={dropped ? null : edit} />
          </>
        ) : null}
        <div className={styles.bar}>
          <span className={styles.into}>{words.importInto(tableName)}</span>
          {preview && preview.already > 0 ? (
            <label className={styles.filter}>
              <input type="checkbox" checked={skipsAlready} onChange={(event) => setSkipsAlready(event.target.checked)} />
              {words.skipAlready}
            </label>
          ) : null}
          {preview ? (
            <label className={styles.filter}>
              <input type="checkbox" checked={takesOffered} onChange={(event) => setTakesOffered(event.target.checked)} />
              {words.takeOffered}
            </label>
          ) : null}
        </div>
      </div>
    </Dialog>
  );
}
