/** Importing from a bucket: looked into folder by folder, counted while it is listed, then imported as a job. */
import { Cloud } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyPlace } from '../../ui/empty-place.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { ImportTarget } from '../import/drop-store.ts';
import { ImportInto } from '../import/import-into.tsx';
import { freeName, targetHere } from '../import/import-target.ts';
import { BucketObjects } from './bucket-objects.tsx';
import styles from './bucket-sheet.module.css';
import { BucketTree } from './bucket-tree.tsx';
import { importPrefix } from './import-prefix.ts';
import { useBucketCount } from './use-bucket-count.ts';
import { useBucketFolders } from './use-bucket-folders.ts';

interface BucketSheetProps {
  /** Where the rows go; where we are otherwise. */
  readonly target?: ImportTarget;
  readonly onClose: () => void;
}

export function BucketSheet({ target: wanted, onClose }: BucketSheetProps) {
  const session = useSession();
  const [text, setText] = useState('');
  const [glob, setGlob] = useState('');
  /** Where the tree begins. */
  const [root, setRoot] = useState<string | null>(null);
  /** What is counted and would be imported. */
  const [prefix, setPrefix] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [target, setTarget] = useState<ImportTarget>(() => wanted ?? targetHere(session));
  const [name, setName] = useState<string | null>(null);
  const [column, setColumn] = useState<string | null | undefined>(undefined);
  const [skipsAlready, setSkipsAlready] = useState(true);
  const folders = useBucketFolders(root);
  const { count, isWhole, error } = useBucketCount(prefix, glob.trim(), attempt);
  const suggested = freeName(session, count?.suggestedName ?? '', target.kind === 'new' ? target.folderId : null);
  const found = count?.objects ?? 0;
  const whyNot =
    prefix === null ? words.noBucketYet : error ? error.message : found > 0 ? null : isWhole ? words.nothingBelow : words.reading;

  function look(): void {
    const wish = text.trim();
    if (wish === '') return;
    setRoot(wish);
    setPrefix(wish);
    setAttempt((before) => before + 1);
  }

  async function run(): Promise<void> {
    if (prefix === null || !count || whyNot !== null) return;
    const isBegun = await importPrefix(session, target, {
      prefix,
      glob: glob.trim(),
      count,
      skipDuplicates: skipsAlready,
      name: name?.trim() || suggested,
      column,
    });
    if (isBegun) onClose();
  }

  return (
    <Dialog
      title={words.bucketTitle}
      wide
      onClose={onClose}
      foot={
        <>
          <span className={styles.summary}>{error ? '' : found > 0 ? words.bucketSummary(found, isWhole) : whyNot}</span>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="main" disabledReason={whyNot} onClick={() => void run()}>
            {words.importAction}
          </Button>
        </>
      }
    >
      <div className={styles.sheet}>
        <form
          className={styles.asked}
          onSubmit={(event) => {
            event.preventDefault();
            look();
          }}
        >
          <TextField
            aria-label={words.bucketField}
            placeholder={words.bucketPlaceholder}
            value={text}
            onChange={(event) => setText(event.target.value)}
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
          <Button type="submit" disabledReason={text.trim() === '' ? words.noBucketYet : null}>
            {words.lookInto}
          </Button>
        </form>
        {error ? (
          <Band tone="error" text={error.message} next={error.next}>
            <Button onClick={() => setAttempt((before) => before + 1)}>{words.retry}</Button>
          </Band>
        ) : null}
        {root === null ? (
          <div className={styles.empty}>
            <EmptyPlace icon={Cloud} text={words.bucketEmpty} />
          </div>
        ) : (
          <>
            <div className={styles.panes}>
              <BucketTree
                folders={folders}
                chosen={prefix ?? root}
                onChoose={(chosen) => {
                  setPrefix(chosen);
                  setText(chosen);
                }}
              />
              {count && found > 0 ? (
                <BucketObjects count={count} />
              ) : (
                <p className={styles.nothing}>{error ? '' : isWhole ? words.nothingBelow : words.reading}</p>
              )}
            </div>
            <p role="status" className={styles.count}>
              {count ? words.bucketCount(count, isWhole || error !== null) : ''}
            </p>
            <ImportInto
              target={target}
              preview={{ kinds: count?.kinds ?? [], already: 1 }}
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
          </>
        )}
      </div>
    </Dialog>
  );
}
