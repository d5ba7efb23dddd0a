/** The cache's page of the settings: how full it is, its limit, what is in it, and what can be done about it. */
import { useEffect } from 'react';
import { useIn, useSession } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { Button } from '../../ui/button.tsx';
import { Part } from '../settings/part.tsx';
import styles from './cache.module.css';
import { clearCopies, clearThumbnails, readCache, readCachedFiles } from './cache-deeds.ts';
import { isDiskNearlyFull } from './cache-facts.ts';
import { CacheFilesPart } from './cache-files-part.tsx';
import { CacheUse } from './cache-use.tsx';
import { ClearSheet, ClearThumbnailsSheet } from './clear-sheet.tsx';
import { FolderPart } from './folder-part.tsx';
import { LimitPart } from './limit-part.tsx';
import { StreamPart } from './stream-part.tsx';
import { VerifyPart } from './verify-part.tsx';

/** While bytes come in, the page is read anew this often, in ms. */
const readMilliseconds = 1000;

/** The whole page. */
export function CachePage() {
  const session = useSession();
  const { details: read, error } = useIn(session.cache, (state) => state);
  const now = useIn(session.activity, (state) => state.cache);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const readAll = () => {
      timer = null;
      void readCache(session);
      void readCachedFiles(session);
    };
    const readSoon = () => {
      timer ??= setTimeout(readAll, readMilliseconds);
    };
    readAll();
    const ends = [session.listen('cacheChanged', readSoon), session.listen('settingsChanged', readSoon)];
    return () => {
      for (const end of ends) end();
      if (timer) clearTimeout(timer);
    };
  }, [session]);

  // The state that every change tells is newer than what was read with it.
  const details = read && now ? { ...read, status: now } : read;
  return (
    <>
      <div className={styles.bands}>
        {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
        {details?.folderProblem ? <Band tone="error" text={details.folderProblem.message} next={details.folderProblem.next} /> : null}
        {details && isDiskNearlyFull(details) ? (
          <Band tone="stale" text={words.diskNearlyFull(details.disk.free, details.status.kept)} next={words.diskNearlyFullNext} />
        ) : null}
      </div>
      {details ? (
        <>
          <Part title={words.cacheUse} hint={words.cacheHint}>
            <CacheUse details={details} now={session.now()} />
            <div className={styles.line}>
              <Button
                disabledReason={details.status.bytes > 0 ? null : words.cacheFiles(0)}
                onClick={() =>
                  openSheet(session.sheets, (close) => (
                    <ClearSheet
                      status={details.status}
                      tables={session.tree.getState().tables}
                      onClear={(choice) => void clearCopies(session, choice)}
                      onClose={close}
                    />
                  ))
                }
              >
                {`${words.clearCache}…`}
              </Button>
            </div>
          </Part>
          <LimitPart details={details} />
          <CacheFilesPart />
          <Part title={words.thumbnails} hint={words.thumbnailsHint}>
            <div className={styles.line}>
              <progress
                className={styles.thumbnails}
                max={Math.max(details.status.limit, details.thumbnails, 1)}
                value={details.thumbnails}
                aria-label={words.thumbnails}
                aria-valuetext={words.thumbnailsUse(details.thumbnails)}
              />
              <span className={styles.amount}>{words.thumbnailsUse(details.thumbnails)}</span>
              <Button
                disabledReason={details.thumbnails > 0 ? null : words.thumbnailsUse(0)}
                onClick={() =>
                  openSheet(session.sheets, (close) => (
                    <ClearThumbnailsSheet bytes={details.thumbnails} onClear={() => void clearThumbnails(session)} onClose={close} />
                  ))
                }
              >
                {`${words.clearThumbnails}…`}
              </Button>
            </div>
          </Part>
          <FolderPart details={details} />
          <VerifyPart />
          <StreamPart usual={details.streamAbove} />
        </>
      ) : null}
    </>
  );
}
