/** The small picture of a media cell: asked for once its row has rested on screen, given up when the row leaves. */
import { AudioLines, FileQuestionMark, Film, Image, type LucideIcon } from 'lucide-react';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { Icon } from '../../ui/icon.tsx';
import { useThumbnail } from '../look/use-thumbnail.ts';
import { Waveform } from '../look/waveform.tsx';
import styles from './thumbnail.module.css';

/** As many as 64 px hold. */
const bars = 16;

export const kindIcons: Readonly<Record<MediaCell['kind'], LucideIcon>> = {
  image: Image,
  video: Film,
  audio: AudioLines,
  unknown: FileQuestionMark,
};

/** The row gives its size: a 20, 32 or 64 px square. The name beside it says what it is, hence no text of its own. */
export function Thumbnail({ media }: { readonly media: MediaCell }) {
  const { state, picture, peaks } = useThumbnail(media, 128, true);
  return (
    <span className={styles.thumbnail} data-state={state}>
      {state === 'shown' || state === 'sound' ? null : <Icon of={kindIcons[media.kind]} className={styles.kind} />}
      {peaks ? <Waveform peaks={peaks} bars={bars} className={styles.sound} /> : null}
      {picture ? <img className={styles.picture} alt="" draggable={false} decoding="async" {...picture} /> : null}
    </span>
  );
}
