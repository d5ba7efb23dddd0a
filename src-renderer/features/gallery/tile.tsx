/** A tile: one file of a row as large as its line allows, its label below. Drawn again only when something of its own changed. */
import { memo } from 'react';
import type { Row } from '../../../src-shared/model/cell.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { edgeFor } from '../../../src-shared/model/thumbnail.ts';
import { formatDuration } from '../../app/format.ts';
import { useSession } from '../../app/session.ts';
import { MediaBadge } from '../look/media-badge.tsx';
import { useThumbnail } from '../look/use-thumbnail.ts';
import { useIsFetching } from '../look/use-transfer.ts';
import { Waveform } from '../look/waveform.tsx';
import { tileRatio } from './lines.ts';
import styles from './tile.module.css';
import { TileFailure } from './tile-failure.tsx';
import { labelText, tileName } from './tile-name.ts';

/** Lower tiles have no room for words. */
const leastForWords = 96;
/** A bar of a waveform and the space beside it, in px. */
const barWidth = 4;
/** A picture in a tile of nearly its shape fills it; in another it is shown whole. */
const nearlyAlike = 0.04;

interface TileProps {
  readonly rowIndex: number;
  readonly rowCount: number;
  readonly row: Row | undefined;
  readonly mediaPlace: number;
  readonly columns: readonly Column[];
  /** Places of the columns that stand below the picture. */
  readonly labels: readonly number[];
  /** On the canvas, in px; the label is below `height`. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** `shaped`: the tile has the shape of the picture. */
  readonly fit: 'shaped' | 'cover' | 'contain';
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  readonly isOnScreen: boolean;
  readonly minute: number;
}

/** An option of the gallery's list. */
export const Tile = memo(function Tile(props: TileProps) {
  const { rowIndex, rowCount, row, mediaPlace, columns, labels, x, y, width, height, fit, isSelected, isTabStop, isOnScreen, minute } =
    props;
  const { thumbnails } = useSession();
  const media = row?.cells[mediaPlace]?.media;
  const ratio = media && (media.width && media.height ? media.width / media.height : thumbnails.sizes.ratioOf(media.referenceId));
  const fills = fit === 'cover' || (fit === 'shaped' && Math.abs(width / height / tileRatio(ratio ?? null) - 1) < nearlyAlike);
  const drawn = drawnSize({ width, height, ratio: ratio ?? null, fills });
  const edge = edgeFor(Math.max(drawn.width, drawn.height) * window.devicePixelRatio);
  const { state, picture, peaks, error, retry, ask } = useThumbnail(media, edge, isOnScreen);
  const isFetching = useIsFetching(media?.canonical);
  const isSmall = height < leastForWords;
  const texts = labels.map((place) => {
    const column = columns[place];
    return column ? labelText(column, row?.cells[place], minute) : '';
  });

  return (
    <div
      role="option"
      aria-selected={isSelected}
      aria-setsize={rowCount}
      aria-posinset={rowIndex + 1}
      tabIndex={isTabStop ? 0 : -1}
      data-row={rowIndex}
      draggable={media !== undefined}
      className={[styles.tile, isSelected ? styles.selected : ''].join(' ')}
      style={{ transform: `translate(${x}px, ${y}px)`, width }}
    >
      {/* What is seen in and below the tile is said here in one sentence; it would be said twice otherwise. */}
      <span className="visually-hidden">
        {tileName(rowIndex, row, media, { error: state === 'failed' ? error : null, labels: texts, isFetching })}
      </span>
      <div className={styles.box} data-state={media ? state : 'none'} style={{ height }}>
        {picture ? (
          <img
            className={fills ? styles.filling : styles.picture}
            style={fills ? undefined : drawn}
            alt=""
            draggable={false}
            decoding="async"
            {...picture}
          />
        ) : null}
        {peaks ? <Waveform peaks={peaks} bars={width / barWidth} className={styles.sound} /> : null}
        {media && state === 'failed' ? <TileFailure media={media} error={error} isSmall={isSmall} onRetry={retry} onAsk={ask} /> : null}
        {media ? <MediaBadge media={media} overMedia={[styles.over, styles.held].join(' ')} /> : null}
        {media && media.kind !== 'image' && media.duration !== null ? (
          <span aria-hidden className={[styles.over, styles.duration].join(' ')}>
            {formatDuration(media.duration)}
          </span>
        ) : null}
      </div>
      {labels.map((place, number) => (
        <div key={place} aria-hidden className={styles.label} title={texts[number]}>
          {texts[number]}
        </div>
      ))}
    </div>
  );
});

/** How large the whole picture is drawn in CSS px: over the tile where it fills it, else inside. */
function drawnSize({ width, height, ratio, fills }: { width: number; height: number; ratio: number | null; fills: boolean }) {
  if (ratio === null) return { width, height };
  const isWide = ratio > width / height;
  return isWide === fills ? { width: height * ratio, height } : { width, height: width / ratio };
}
