/** What stands in a tile that has no picture: an icon, the name, and why. */
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { fetchedToLookBytes } from '../../../src-shared/model/thumbnail.ts';
import { sayError } from '../../app/notice-store.ts';
import { useSession } from '../../app/session.ts';
import { causeWords, words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { TruncatedName } from '../../ui/truncated-name.tsx';
import { kindIcons } from '../table/thumbnail.tsx';
import styles from './tile.module.css';

interface TileFailureProps {
  readonly media: MediaCell;
  readonly error: VitrineError | null;
  /** Too low for words. */
  readonly isSmall: boolean;
  readonly onRetry: () => void;
  /** Looks at it all the same: as much is fetched as shows it. */
  readonly onAsk: () => void;
}

/** A kind that has no pictures is no failure, nor is a file that looking left alone: it has its own icon. */
export function TileFailure({ media, error, isSmall, onRetry, onAsk }: TileFailureProps) {
  // Too many pixels are too many after a fetch as well; too many bytes may be asked for.
  const waits = error?.details?.waits === true;
  const bytes = waits || error?.cause === 'too_large' ? (error.details?.bytes ?? null) : null;
  const isWrong = error !== null && error.cause !== 'unsupported' && bytes === null && !waits;
  // Of a film one frame shows it, whatever its size; of a picture that is too large to be looked at, only the whole.
  const isFetchedWhole = !waits || (media.kind !== 'video' && bytes !== null && bytes > fetchedToLookBytes);
  const hasCause = error !== null && (waits ? error.cause !== 'too_large' : bytes === null);
  const reason = error ? [error.message, error.next].filter(Boolean).join(' ') : media.name;
  return (
    <span aria-hidden className={styles.failure} title={reason}>
      <Icon of={isWrong ? TriangleAlert : kindIcons[media.kind]} className={isWrong ? styles.wrong : styles.kind} />
      {isSmall ? null : (
        <>
          <TruncatedName name={media.name} />
          {hasCause ? <span className={isWrong ? styles.wrong : styles.kind}>{causeWords[error.cause]}</span> : null}
          {waits || bytes !== null ? (
            <ShowAnyway
              media={media}
              bytes={waits && media.kind === 'video' ? null : bytes}
              onAsk={isFetchedWhole ? null : onAsk}
              onFetched={onRetry}
            />
          ) : null}
        </>
      )}
    </span>
  );
}

interface ShowAnywayProps {
  readonly media: MediaCell;
  readonly bytes: number | null;
  /** Null where the whole file is to be fetched. */
  readonly onAsk: (() => void) | null;
  readonly onFetched: () => void;
}

/** "Show (84 MB)": a shortcut of the pointer, which fetches what shows the file because somebody asked for it. */
function ShowAnyway({ media, bytes, onAsk, onFetched }: ShowAnywayProps) {
  const { client, notices } = useSession();
  const [isFetching, setFetching] = useState(false);

  async function show(): Promise<void> {
    if (onAsk) {
      onAsk();
      return;
    }
    setFetching(true);
    const answer = await client.files.fetch({ urls: [media.canonical] });
    setFetching(false);
    const file = answer.ok ? answer.value.files[0] : null;
    if (!answer.ok) sayError(notices, answer.error);
    else if (file && !file.ok) sayError(notices, file.error);
    else onFetched();
  }

  return (
    // Inside an option there can be no button; the command Fetch does the same.
    <span
      aria-hidden
      className={styles.show}
      onMouseDown={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onClick={() => isFetching || void show()}
    >
      {isFetching ? words.fetchingNow : words.showAnyway(bytes)}
    </span>
  );
}
