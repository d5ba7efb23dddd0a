/** The first page of an empty library: what to do, and that nothing is moved or sent. */
import { useState } from 'react';
import type { ImportSource } from '../../../src-shared/contract/rows.ts';
import { useIn, useSession } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { LinesField } from '../../ui/text-field.tsx';
import { BucketSheet } from '../buckets/bucket-sheet.tsx';
import { ImportSheet } from '../import/import-sheet.tsx';
import { openSample } from '../import/import-source.ts';
import styles from './first-run.module.css';

/** The field grows with what is pasted, up to so many lines. */
const mostLines = 8;

export function FirstRun() {
  const session = useSession();
  const accounts = useIn(session.info, (state) => state.value?.accounts);
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const chooseFiles = window.vitrine?.chooseFiles;

  async function run(deed: () => Promise<unknown>): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    await deed();
    setBusy(false);
  }
  const openImport = (props: { text: string } | { source: ImportSource }) =>
    openSheet(session.sheets, (close) => <ImportSheet {...props} onClose={close} />);
  const paste = () => {
    if (text.trim() !== '') openImport({ text });
  };

  return (
    <div className={styles.page}>
      <div className={styles.middle}>
        <h1 className={styles.title}>{words.firstTitle}</h1>
        <p className={styles.text}>{words.firstText}</p>
        <div className={styles.paste}>
          <LinesField
            aria-label={words.firstField}
            placeholder={words.firstPlaceholder}
            rows={Math.min(mostLines, text.split('\n').length)}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              paste();
            }}
          />
          <Button
            look="main"
            disabledReason={isBusy ? words.importingRows : text.trim() === '' ? words.nothingToImport : null}
            onClick={paste}
          >
            {words.previewAction}
          </Button>
        </div>
        <div className={styles.ways}>
          <Button onClick={() => void run(() => openSample(session))}>{words.openSample}</Button>
          {chooseFiles ? (
            <Button
              onClick={() =>
                void run(async () => {
                  const paths = await chooseFiles();
                  if (paths.length > 0) openImport({ source: { kind: 'drop', paths } });
                })
              }
            >
              {words.chooseFiles}
            </Button>
          ) : null}
          <Button onClick={() => openSheet(session.sheets, (close) => <BucketSheet onClose={close} />)}>{words.browseBucket}</Button>
        </div>
        {accounts ? <p className={styles.found}>{accounts.length > 0 ? words.found(accounts) : words.noAccounts}</p> : null}
      </div>
    </div>
  );
}
