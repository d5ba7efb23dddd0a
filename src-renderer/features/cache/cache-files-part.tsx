/** The files of the cache, a page at a time, however many there are. */
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { RadioRow } from '../../ui/radio-row.tsx';
import { Part } from '../settings/part.tsx';
import styles from './cache.module.css';
import { dropCopies, keepCachedFile, listKeptOnly, readCachedFiles } from './cache-deeds.ts';
import { CacheFiles } from './cache-files.tsx';
import { turnedFiles } from './cache-store.ts';

const which = [
  { value: 'all', label: words.allFiles },
  { value: 'kept', label: words.onlyKept },
] as const;

export function CacheFilesPart() {
  const session = useSession();
  const { files, start, total, keptOnly } = useIn(session.cache, (state) => state);
  const turn = (step: -1 | 1) => {
    const next = turnedFiles({ start, total }, step);
    return {
      disabledReason: next === null ? words.noMoreFiles : null,
      onClick: () => {
        if (next === null) return;
        session.cache.setState({ start: next });
        void readCachedFiles(session);
      },
    };
  };
  return (
    <Part title={words.cachedFiles}>
      <RadioRow
        label={words.whichFiles}
        look="bar"
        options={which}
        value={keptOnly ? 'kept' : 'all'}
        onChange={(value) => void listKeptOnly(session, value === 'kept')}
      />
      {files === null ? null : files.length === 0 ? (
        <p className={styles.none}>{keptOnly ? words.noneKept : words.cacheFiles(0)}</p>
      ) : (
        <>
          <CacheFiles
            files={files}
            start={start}
            total={total}
            now={session.now()}
            onDrop={(file) => void dropCopies(session, [file.canonical])}
            onKeep={(file) => void keepCachedFile(session, file, !file.isKept)}
          />
          {total > files.length ? (
            <div className={styles.pages}>
              <span aria-live="polite">{words.placesOf(start, start + files.length, total)}</span>
              <IconButton label={words.laterFiles} {...turn(-1)}>
                <Icon of={ChevronLeft} />
              </IconButton>
              <IconButton label={words.earlierFiles} {...turn(1)}>
                <Icon of={ChevronRight} />
              </IconButton>
            </div>
          ) : null}
        </>
      )}
    </Part>
  );
}
