/** The small picture of a media cell: asked for once its row has rested on screen, given up when the row leaves. */
import { AudioLines, FileQuestionMark, Film, Image, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from './thumbnail.module.css';

/** A row must be on screen this long before its thumbnail is asked for, in ms. */
const restMilliseconds = 120;

export const kindIcons: Readonly<Record<MediaCell['kind'], LucideIcon>> = {
  image: Image,
  video: Film,
  audio: AudioLines,
  unknown: FileQuestionMark,
};

/** `size` is the row's: a 20, 32 or 64 px square. The name beside it says what it is, hence no text of its own. */
export function Thumbnail({ media, mediaBase }: { readonly media: MediaCell; readonly mediaBase: string }) {
  const [state, setState] = useState<'waiting' | 'asked' | 'shown' | 'failed'>('waiting');
  const picture = useRef<HTMLImageElement>(null);
  const address = `${mediaBase}thumbnail/${media.referenceId}/128`;
  const canHaveOne = media.kind !== 'audio';

  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another picture.
  useEffect(() => {
    setState('waiting');
    if (!canHaveOne) return;
    const timer = setTimeout(() => setState('asked'), restMilliseconds);
    const element = picture;
    return () => {
      clearTimeout(timer);
      // Without an address the browser gives the request up.
      element.current?.removeAttribute('src');
    };
  }, [canHaveOne, address]);

  return (
    <span className={styles.thumbnail} data-state={state}>
      {state === 'shown' ? null : <Icon of={kindIcons[media.kind]} className={styles.kind} />}
      {state === 'asked' || state === 'shown' ? (
        <img
          ref={picture}
          className={styles.picture}
          src={address}
          alt=""
          draggable={false}
          decoding="async"
          onLoad={() => setState('shown')}
          onError={() => setState('failed')}
        />
      ) : null}
    </span>
  );
}
