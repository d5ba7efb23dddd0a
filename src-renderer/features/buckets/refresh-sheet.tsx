/** Refreshing a table from a bucket: what is new, gone and changed is counted first, then applied. */
import { useEffect, useRef, useState } from 'react';
import type { RefreshCount } from '../../../src-shared/contract/rows.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { Table } from '../../../src-shared/model/table.ts';
import { say } from '../../app/notice-store.ts';
import { type Session, useSession } from '../../app/session.ts';
import { undoAction } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Facts } from '../../ui/facts.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './bucket-sheet.module.css';
import { commonPrefix } from './common-prefix.ts';

/** Rows whose addresses the first guess is made of. */
const rowsLookedAt = 500;

interface Counted {
  readonly prefix: string;
  readonly glob: string;
  readonly count: RefreshCount;
}

export function RefreshSheet({ table, onClose }: { readonly table: Table; readonly onClose: () => void }) {
  const session = useSession();
  const [prefix, setPrefix] = useState('');
  const [glob, setGlob] = useState('');
  const [keepsGone, setKeepsGone] = useState(false);
  const [counted, setCounted] = useState<Counted | null>(null);
  const [error, setError] = useState<VitrineError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const abort = useRef(new AbortController());
  const isTyped = useRef(false);
  useEffect(() => {
    abort.current = new AbortController();
    const { signal } = abort.current;
    void guessPrefix(session, table, signal).then((guess) => (signal.aborted || isTyped.current ? undefined : setPrefix(guess)));
    return () => abort.current.abort();
  }, [session, table]);

  const isCurrent = counted !== null && counted.prefix === prefix && counted.glob === glob;
  const count = isCurrent ? counted.count : null;
  const changes = count ? count.fresh + count.changed + (keepsGone ? 0 : count.gone) + count.unknown : 0;

  async function refresh(dryRun: boolean): Promise<void> {
    if (isBusy || prefix.trim() === '') return;
    setBusy(true);
    setError(null);
    const { signal } = abort.current;
    const answer = await session.client.rows.refresh(
      {
        table: table.id,
        prefix,
        ...(glob === '' ? {} : { glob }),
        ...(keepsGone ? { keepGone: true } : {}),
        dryRun,
        compute: 'background',
      },
      { signal },
    );
    if (signal.aborted) return;
    setBusy(false);
    if (!answer.ok) setError(answer.error);
    else if (dryRun) setCounted({ prefix, glob, count: answer.value });
    else {
      const { fresh, gone, changed } = answer.value;
      const removed = keepsGone ? 0 : gone;
      say(session.notices, words.refreshed(fresh, removed, changed), fresh + removed > 0 ? undoAction(session) : null);
      onClose();
    }
  }

  return (
    <Dialog
      title={words.refreshTitle(table.name)}
      onClose={onClose}
      foot={
        <>
          <span className={styles.summary}>{isBusy ? words.reading : ''}</span>
          <Button onClick={onClose}>{words.cancel}</Button>
          {count ? (
            <Button look="main" disabledReason={changes === 0 ? words.nothingToRefresh : null} onClick={() => void refresh(false)}>
              {words.apply}
            </Button>
          ) : (
            <Button look="main" disabledReason={prefix.trim() === '' ? words.noBucketYet : null} onClick={() => void refresh(true)}>
              {words.compare}
            </Button>
          )}
        </>
      }
    >
      <form
        className={styles.sheet}
        onSubmit={(event) => {
          event.preventDefault();
          void refresh(count === null);
        }}
      >
        <div className={styles.asked}>
          <TextField
            aria-label={words.bucketField}
            placeholder={words.bucketPlaceholder}
            value={prefix}
            onChange={(event) => {
              isTyped.current = true;
              setPrefix(event.target.value);
            }}
          />
          <span className={styles.glob}>
            <TextField
              aria-label={words.globField}
              placeholder={words.globPlaceholder}
              maxLength={1000}
              value={glob}
              onChange={(event) => setGlob(event.target.value)}
            />
          </span>
        </div>
        <button type="submit" hidden />
        {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
        <div role="status" className={styles.compared}>
          {count ? (
            <>
              <Facts facts={words.refreshFacts(count)} />
              <p className={styles.count}>{words.leftOut(count.leftOut)}</p>
            </>
          ) : (
            <p className={styles.count}>{words.refreshText}</p>
          )}
        </div>
        <label className={styles.choice}>
          <input type="checkbox" checked={keepsGone} onChange={(event) => setKeepsGone(event.target.checked)} />
          {words.keepGone}
        </label>
      </form>
    </Dialog>
  );
}

/** The folder in which the first and the last rows of the table lie, or nothing. */
async function guessPrefix({ client }: Session, table: Table, signal: AbortSignal): Promise<string> {
  const view = await client.views.open({ table: table.id });
  if (!view.ok) return '';
  const { viewId, rowCount } = view.value;
  const addresses: string[] = [];
  for (const start of new Set([0, Math.max(0, rowCount - rowsLookedAt)])) {
    const page = await client.views.page({ viewId, start, end: Math.min(rowCount, start + rowsLookedAt) }, { signal });
    if (page.ok) addresses.push(...page.value.rows.flatMap(({ cells }) => cells.flatMap(({ media }) => media?.canonical ?? [])));
  }
  await client.views.close({ viewId });
  return commonPrefix(addresses);
}
