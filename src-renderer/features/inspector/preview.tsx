/** The preview on top of the inspector: the stored thumbnail, the brightest thing in the pane. */
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { useThumbnail } from '../look/use-thumbnail.ts';
import { Waveform } from '../look/waveform.tsx';
import { kindIcons } from '../table/thumbnail.tsx';
import styles from './inspector.module.css';

const bars = 80;

/** Takes a 3:2 place whatever comes. */
export function Preview({ media }: { readonly media: MediaCell }) {
  const { state, picture, peaks } = useThumbnail(media, 1024, true);
  return (
    <div className={styles.preview}>
      {state === 'shown' || state === 'sound' ? null : <Icon of={kindIcons[media.kind]} size={32} className={styles.kind} />}
      {peaks ? <Waveform peaks={peaks} bars={bars} className={styles.sound} /> : null}
      {picture ? <img className={styles.picture} alt={words.preview(media.name)} hidden={state !== 'shown'} {...picture} /> : null}
    </div>
  );
}
