/** The preview on top of the inspector: the stored thumbnail, the brightest thing in the pane. */
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { useThumbnail } from '../look/use-thumbnail.ts';
import { Waveform } from '../look/waveform.tsx';
import { kindIcons } from '../table/thumbnail.tsx';
import styles from './inspector.module.css';

const bars = 80;

/** Takes a 3:2 place whatever comes; pressed, it opens the loupe. */
export function Preview({ media, onOpen }: { readonly media: MediaCell; readonly onOpen: () => void }) {
  const { state, picture, peaks } = useThumbnail(media, 1024, true);
  return (
    <button type="button" className={styles.preview} aria-label={words.openPreview(media.name)} onClick={onOpen}>
      {state === 'shown' || state === 'sound' ? null : <Icon of={kindIcons[media.kind]} size={32} className={styles.kind} />}
      {peaks ? <Waveform peaks={peaks} bars={bars} className={styles.sound} /> : null}
      {picture ? <img className={styles.picture} alt="" hidden={state !== 'shown'} {...picture} /> : null}
    </button>
  );
}
