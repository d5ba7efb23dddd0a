/** Where the cache lies, and its move to another disk. */
import { useState } from 'react';
import type { CacheDetails } from '../../../src-shared/contract/cache.ts';
import { useIn, useSession } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { electronBridge } from '../../connection/electron-transport.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Part } from '../settings/part.tsx';
import styles from './cache.module.css';
import { moveCache } from './cache-deeds.ts';

export function FolderPart({ details }: { readonly details: CacheDetails }) {
  const session = useSession();
  const moving = useIn(session.cache, (state) => state.moving);
  return (
    <Part title={words.cacheFolder} hint={words.cacheFolderHint}>
      <div className={styles.line}>
        <code className={styles.path}>{details.folder}</code>
        {moving ? null : (
          <Button
            onClick={() =>
              openSheet(session.sheets, (close) => (
                <MoveSheet folder={details.folder} onMove={(folder) => void moveCache(session, folder)} onClose={close} />
              ))
            }
          >
            {words.moveCache}
          </Button>
        )}
      </div>
      {moving ? (
        <div className={styles.line}>
          <progress
            className={styles.work}
            max={Math.max(1, moving.total)}
            value={moving.done}
            aria-label={words.moveCacheTitle}
            aria-valuetext={words.movingCache(moving.done, moving.total)}
          />
          <span className={styles.amount}>{words.movingCache(moving.done, moving.total)}</span>
          <Button onClick={moving.stop}>{words.cancel}</Button>
        </div>
      ) : details.moving === null ? null : (
        <p className={styles.amount}>{words.movingLeft(details.moving)}</p>
      )}
    </Part>
  );
}

interface MoveSheetProps {
  readonly folder: string;
  readonly onMove: (folder: string) => void;
  readonly onClose: () => void;
}

/** The folder is chosen where the host can ask for one, and can be typed everywhere. */
function MoveSheet({ folder, onMove, onClose }: MoveSheetProps) {
  const [typed, setTyped] = useState('');
  const { chooseFolders } = electronBridge() ?? {};
  const path = typed.trim();
  const reason = path === '' ? words.moveFieldFirst : path === folder ? words.nothingChanged : null;
  function move(): void {
    if (reason !== null) return;
    onMove(path);
    onClose();
  }
  async function choose(ask: () => Promise<string[]>): Promise<void> {
    const [chosen] = await ask();
    if (chosen !== undefined) setTyped(chosen);
  }
  return (
    <Dialog
      title={words.moveCacheTitle}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="main" disabledReason={reason} onClick={move}>
            {words.moveAction}
          </Button>
        </>
      }
    >
      <form
        className={styles.sheet}
        onSubmit={(event) => {
          event.preventDefault();
          move();
        }}
      >
        <p>{words.moveCacheText}</p>
        <div className={styles.line}>
          <TextField
            className={styles.address ?? ''}
            aria-label={words.moveCacheField}
            placeholder={words.movePlaceholder}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          {chooseFolders ? <Button onClick={() => void choose(chooseFolders)}>{words.chooseFolder}</Button> : null}
        </div>
      </form>
    </Dialog>
  );
}
