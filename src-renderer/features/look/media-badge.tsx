/** The badges of a file: on its way, in the cache, kept offline, on this computer; and that it changed upstream. Each says so in words. */
import { ArrowDownToLine, CloudDownload, HardDrive, RefreshCcwDot } from 'lucide-react';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { heldWords } from './copy-words.ts';
import styles from './media-badge.module.css';
import { usePercentHere } from './use-transfer.ts';

/** Radius at which the way around is 100, so that a dash is a percent. */
const radius = 100 / (2 * Math.PI);

interface MediaBadgeProps {
  readonly media: MediaCell;
  /** Drawn over a picture in these styles, in the one colour that is seen on any. */
  readonly overMedia?: string;
}

/** The name of the cell or tile says the same, hence hidden from those who hear. */
export function MediaBadge({ media, overMedia }: MediaBadgeProps) {
  const percent = usePercentHere(media.canonical);
  const isHere = media.held !== 'none' || media.isKept;
  if (percent === null && !isHere && !media.isChanged) return null;
  return (
    <span aria-hidden className={[styles.badges, overMedia ?? ''].join(' ')} data-over={overMedia === undefined ? undefined : ''}>
      {media.isChanged ? (
        <span className={styles.changed} title={words.changedUpstream} data-badge="changed">
          <Icon of={RefreshCcwDot} size={12} />
        </span>
      ) : null}
      {percent !== null ? (
        <span className={styles.running} title={words.fetchingPercent(percent)} data-badge="fetching">
          <Ring percent={percent} />
        </span>
      ) : isHere ? (
        <span className={styles.badge} title={heldWords(media)} data-badge={media.isKept ? 'kept' : media.held}>
          <Held media={media} />
        </span>
      ) : null}
    </span>
  );
}

function Held({ media }: { readonly media: MediaCell }) {
  if (media.held === 'local') return <Icon of={HardDrive} size={12} />;
  if (!media.isKept) return <span className={styles.dot} />;
  return <Icon of={media.held === 'whole' ? ArrowDownToLine : CloudDownload} size={12} />;
}

/** Fills with what is here; of unknown size a third of it turns. */
function Ring({ percent }: { readonly percent: number }) {
  return (
    <svg aria-hidden viewBox="0 0 40 40" className={percent < 0 ? styles.turning : styles.ring}>
      <circle cx={20} cy={20} r={radius} className={styles.track} />
      <circle cx={20} cy={20} r={radius} className={styles.arc} strokeDasharray={`${percent < 0 ? 33 : percent} 100`} />
    </svg>
  );
}
