/** A file that cannot be shown: a picture of it where there is one, what is the matter, and what to do about it. */
import { CloudOff, Copy, RotateCw, TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { isTransient, type VitrineError } from '../../../src-shared/model/error.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './loupe-failure.module.css';

interface LoupeFailureProps {
  readonly error: VitrineError;
  /** Where a picture of it is read, if it has one. */
  readonly thumbnail: string | null;
  readonly onCopy: () => void;
  readonly onReload: () => void;
  /** Null where it makes no sense. */
  readonly onFetch: (() => void) | null;
  readonly onTry: (() => void) | null;
  /** Opens it outside the window, by what its button says. */
  readonly opening: { readonly label: string; readonly onOpen: () => void } | null;
  readonly onProxy: (() => void) | null;
  /** More of what one could do, or null. */
  readonly hint: string | null;
  readonly onShowInFolder: (() => void) | null;
  /** It is tried again by itself until the network is back. */
  readonly isKeptUp: boolean;
  readonly onKeepUp: (isKeptUp: boolean) => void;
}

/** How often it is tried again while the network is away, in ms. */
const tryEvery = 5000;

export function LoupeFailure(props: LoupeFailureProps) {
  const { error, thumbnail, onCopy, onReload, onFetch, onTry, opening, onProxy, hint, onShowInFolder, isKeptUp, onKeepUp } = props;
  const [hasPicture, setPicture] = useState(false);
  const isOffline = error.cause === 'offline';
  const reload = useRef(onReload);
  reload.current = onReload;

  useEffect(() => {
    if (!isOffline) return;
    const again = () => reload.current();
    window.addEventListener('online', again);
    const timer = isKeptUp ? setInterval(again, tryEvery) : undefined;
    return () => {
      window.removeEventListener('online', again);
      clearInterval(timer);
    };
  }, [isOffline, isKeptUp]);

  return (
    <div className={styles.failure}>
      {thumbnail ? (
        <img
          className={styles.picture}
          src={thumbnail}
          alt=""
          hidden={!hasPicture}
          onLoad={() => setPicture(true)}
          onError={() => setPicture(false)}
        />
      ) : null}
      <div className={styles.words} role="status">
        <Icon of={isOffline ? CloudOff : TriangleAlert} size={32} className={styles.icon} />
        <p className={styles.message}>{isOffline ? words.offlineNotHeld : error.message}</p>
        {isOffline ? (
          isKeptUp ? (
            <p className={styles.next}>{words.trying}</p>
          ) : null
        ) : error.next ? (
          <p className={styles.next}>{error.next}</p>
        ) : null}
        {hint ? <p className={styles.next}>{hint}</p> : null}
        <div className={styles.actions}>
          {isOffline ? (
            <Button onClick={() => onKeepUp(!isKeptUp)}>{isKeptUp ? words.stopTrying : words.keepTrying}</Button>
          ) : error.message === words.fileChanged ? (
            <Button icon={<Icon of={RotateCw} />} onClick={onReload}>
              {words.reload}
            </Button>
          ) : isTransient(error.cause) || error.cause === 'not_found' || error.cause === 'internal' ? (
            <Button icon={<Icon of={RotateCw} />} onClick={onReload}>
              {words.retry}
            </Button>
          ) : null}
          {onProxy ? (
            <Button look="main" onClick={onProxy}>
              {words.playProxy}
            </Button>
          ) : null}
          {opening ? <Button onClick={opening.onOpen}>{opening.label}</Button> : null}
          {onTry ? <Button onClick={onTry}>{words.tryAnyway}</Button> : null}
          {onFetch ? <Button onClick={onFetch}>{words.fetch}</Button> : null}
          {onShowInFolder ? <Button onClick={onShowInFolder}>{words.showInFolder}</Button> : null}
          <Button icon={<Icon of={Copy} />} onClick={onCopy}>
            {words.copyReference}
          </Button>
        </div>
      </div>
    </div>
  );
}
