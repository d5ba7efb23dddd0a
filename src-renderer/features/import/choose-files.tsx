/** Files, folders and lists by the system's dialogs: paths where the host tells them, the text of lists elsewhere. */
import { useRef } from 'react';
import type { ImportSource } from '../../../src-shared/contract/rows.ts';
import { words } from '../../app/words.ts';
import { electronBridge } from '../../connection/electron-transport.ts';
import { Button } from '../../ui/button.tsx';
import { chosenSource } from './drop-source.ts';
import styles from './import-sheet.module.css';

export function ChooseFiles({ onChosen, onBucket }: { readonly onChosen: (source: ImportSource) => void; readonly onBucket: () => void }) {
  const lists = useRef<HTMLInputElement>(null);
  const { chooseFiles, chooseFolders } = electronBridge() ?? {};
  async function choose(ask: () => Promise<string[]>): Promise<void> {
    const paths = await ask();
    if (paths.length > 0) onChosen({ kind: 'drop', paths });
  }
  return (
    <div className={styles.filters}>
      {chooseFiles ? <Button onClick={() => void choose(chooseFiles)}>{words.files}</Button> : null}
      {chooseFolders ? <Button onClick={() => void choose(chooseFolders)}>{words.folder}</Button> : null}
      {chooseFiles ? null : (
        <>
          <Button onClick={() => lists.current?.click()}>{words.list}</Button>
          <input
            ref={lists}
            type="file"
            multiple
            hidden
            accept=".csv,.tsv,.tab,.json,.ndjson,.jsonl,.txt,.lst,.html,.htm"
            onChange={(event) => {
              const files = [...(event.target.files ?? [])];
              if (files.length > 0) void chosenSource(files).then(onChosen);
            }}
          />
        </>
      )}
      <Button onClick={onBucket}>{words.bucket}</Button>
    </div>
  );
}
