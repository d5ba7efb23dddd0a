/** The preview on top of the inspector: the stored thumbnail, the brightest thing in the pane. */
import { useEffect, useState } from 'react';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { kindIcons } from '../table/thumbnail.tsx';
import styles from './inspector.module.css';

/** Rows passed over faster than this ask for nothing, in ms. */
const restMilliseconds = 120;

/** Takes a 3:2 place whatever comes. */
export function Preview({ media, mediaBase }: { readonly media: MediaCell; readonly mediaBase: string }) {
  const [state, setState] = useState<'waiting' | 'asked' | 'shown' | 'failed'>('waiting');
  useEffect(() => {
    const timer = setTimeout(() => setState('asked'), restMilliseconds);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className={styles.preview}>
      {state === 'shown' ? null : <Icon of={kindIcons[media.kind]} size={32} className={styles.kind} />}
      {state === 'asked' || state === 'shown' ? (
        <img
          className={styles.picture}
          src={`${mediaBase}thumbnail/${media.referenceId}/1024`}
          alt={words.preview(media.name)}
          hidden={state !== 'shown'}
          onLoad={() => setState('shown')}
          onError={() => setState('failed')}
        />
      ) : null}
    </div>
  );
}
