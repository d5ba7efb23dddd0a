/** The import sheet: all that was pasted or dropped, understood at once and counted, before anything is inserted. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ImportSource, Preview, PreviewLine } from '../../../src-shared/contract/rows.ts';
import { formatCount } from '../../app/format.ts';
import { say } from '../../app/notice-store.ts';
import { type Session, useSession } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { LinesField } from '../../ui/text-field.tsx';
import { BucketSheet } from '../buckets/bucket-sheet.tsx';
import { ChooseFiles } from './choose-files.tsx';
import type { ImportTarget } from './drop-store.ts';
import { ImportInto } from './import-into.tsx';
import styles from './import-sheet.module.css';
import { insertPreview } from './import-source.ts';
import { freeName, targetHere } from './import-target.ts';
import { PreviewLines, type Shown } from './preview-lines.tsx';
import { resultWords } from './result-words.ts';
import { usePreview } from './use-preview.ts';

/** Typing rests this long before the lines are read again, in ms. */
const restMilliseconds = 120;
/** Rejected lines that are copied at once. */
const mostCopied = 10_000;

interface ImportSheetProps {
  /** What was pasted to open it, if anything. */
  readonly text?: string;
  /** What was dropped or chosen, instead of text. */
  readonly source?: ImportSource;
  /** Where it was dropped; where we are otherwise. */
  readonly target?: ImportTarget;
  readonly onClose: () => void;
}

/** Opens with the focus on Import where something was given, else in the field. */
export function ImportSheet({ text: given = '', source: dropped, target: wanted, onClose }: ImportSheetProps) {
  const session = useSession();
  const [text, setText] = useState(given);
  const [chosen, setChosen] = useState<ImportSource | null>(dropped ?? null);
  const [target, setTarget] = useState<ImportTarget>(() => wanted ?? targetHere(session));
  const [name, setName] = useState<string | null>(null);
  const [column, setColumn] = useState<string | null | undefined>(undefined);
  const [isImporting, setImporting] = useState(false);
  const [shown, setShown] = useState<Shown>('all');
  const [skipsAlready, setSkipsAlready] = useState(true);
  const [takesOffered, setTakesOffered] = useState(true);
  const source = useMemo<ImportSource | null>(() => chosen ?? (text.trim() === '' ? null : { kind: 'text', text }), [chosen, text]);
  const isGiven = chosen !== null || text === given;
  const { preview, error, correct, setUpStore } = usePreview(
    source,
    target.kind === 'table' ? target.tableId : null,
    isGiven ? 0 : restMilliseconds,
  );
  const [left, setLeft] = useState<{ readonly of: ImportSource | null; readonly lines: ReadonlyMap<number, PreviewLine['result']> }>({
    of: null,
    lines: new Map(),
  });
  const skipped = left.of === source ? left.lines : noLines;
  /** The text that was asked about when the sheet was to be closed. */
  const [asked, setAsked] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);

  // Enter that was pressed before the lines were understood is not lost.
  const isPressed = useRef(false);
  useEffect(() => {
    if (!preview || !isPressed.current) return;
    isPressed.current = false;
    button.current?.click();
  }, [preview]);

  const fresh = preview ? countTaken(preview, skipped, skipsAlready) : 0;
  const nothingYet = preview ? words.noLineTaken : source && !error ? words.reading : words.nothingToImport;
  const counts = preview && { all: preview.all, new: preview.fresh, already: preview.already, rejected: preview.rejected };
  const suggested = freeName(session, preview?.suggestedName ?? '', target.kind === 'new' ? target.folderId : null);

  async function run(): Promise<void> {
    if (!preview || isImporting || fresh === 0) return;
    setImporting(true);
    const inserted = await insertPreview(session, preview, target, {
      skipDuplicates: skipsAlready,
      useOffered: takesOffered,
      skippedLines: [...skipped.keys()],
      name: name?.trim() || suggested,
      ...(column === undefined ? {} : { column }),
    });
    setImporting(false);
    if (inserted) onClose();
  }

  /** Esc and a press outside lose no typed text unasked. */
  function leave(): void {
    const isTyped = chosen === null && text !== given && text.trim() !== '';
    if (isTyped && asked !== text) setAsked(text);
    else onClose();
  }

  function toggle({ line, result }: PreviewLine): void {
    const lines = new Map(skipped);
    if (!lines.delete(line)) lines.set(line, result);
    setLeft({ of: source, lines });
  }

  return (
    <Dialog
      title={words.importTitle}
      wide
      onClose={leave}
      {...(given === '' && !dropped ? {} : { initialFocus: button })}
      foot={
        <>
          <span className={styles.summary}>{preview ? words.nothingFetched(fresh) : nothingYet}</span>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            ref={button}
            look="main"
            disabledReason={isImporting ? words.importingRows : fresh === 0 ? nothingYet : null}
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
        {asked === text && text !== '' ? <Band tone="stale" text={words.typedIsLost} next={words.closeAgain} /> : null}
        {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
        {chosen ? null : (
          <div className={styles.given}>
            <LinesField
              aria-label={words.importField}
              placeholder={words.importField}
              rows={preview ? 4 : 14}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) void run();
              }}
            />
            {text.trim() === '' ? (
              <ChooseFiles
                onChosen={setChosen}
                onBucket={() => openSheet(session.sheets, (close) => <BucketSheet target={target} onClose={close} />)}
              />
            ) : null}
          </div>
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
              {preview.rejected > 0 ? <Button onClick={() => void copyRejected(session, preview)}>{words.copyRejected}</Button> : null}
            </div>
            <PreviewLines
              preview={preview}
              shown={shown}
              count={counts[shown]}
              skipped={skipped}
              skipsAlready={skipsAlready}
              onToggle={toggle}
              onCorrect={(correction) => void correct(correction)}
              onSetUp={(line) => void setUpStore(line)}
            />
            <ImportInto
              target={target}
              preview={preview}
              name={name ?? suggested}
              column={column}
              skipsAlready={skipsAlready}
              onTarget={(next) => {
                setTarget(next);
                setColumn(undefined);
              }}
              onName={setName}
              onColumn={setColumn}
              onSkipsAlready={setSkipsAlready}
            />
            <div className={styles.bar}>
              <label className={styles.filter}>
                <input type="checkbox" checked={takesOffered} onChange={(event) => setTakesOffered(event.target.checked)} />
                {words.takeOffered}
              </label>
            </div>
          </>
        ) : null}
      </div>
    </Dialog>
  );
}

const noLines: ReadonlyMap<number, PreviewLine['result']> = new Map();

/** Rows that an import would give. */
function countTaken(preview: Preview, skipped: ReadonlyMap<number, PreviewLine['result']>, skipsAlready: boolean): number {
  const leftOut = [...skipped.values()].filter((result) => result === 'new' || (result === 'already' && !skipsAlready)).length;
  return preview.all - preview.rejected - (skipsAlready ? preview.already : 0) - leftOut;
}

async function copyRejected({ client, notices }: Session, { previewId }: Preview): Promise<void> {
  const answer = await client.importing.previewLines({ previewId, result: 'rejected', start: 0, end: mostCopied });
  if (!answer.ok) return;
  await navigator.clipboard.writeText(answer.value.map((line) => `${line.line}\t${line.typed}\t${resultWords(line)}`).join('\n'));
  say(notices, words.copied(words.results.rejected));
}
