/** A video on the stage, or a sound with its waveform and cover, over the bar that plays it. */
import { useEffect, useRef, useState } from 'react';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import type { MediaFacts } from '../../../src-shared/model/media.ts';
import { keysOf } from '../../app/commands.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { toggleFullScreen } from './loupe-commands.ts';
import { PlayerBar } from './player-bar.tsx';
import styles from './player-view.module.css';
import { SoundStage } from './sound-stage.tsx';
import { usePlayer } from './use-player.ts';

interface PlayerViewProps {
  readonly kind: 'video' | 'audio';
  readonly media: MediaCell;
  readonly facts: MediaFacts | null;
  readonly held: MediaCell['held'];
  /** Its header may be read before play is pressed. */
  readonly mayPrepare: boolean;
  readonly mediaBase: string;
  readonly address: string;
  readonly onFailed: () => void;
  /** There is sound, and a picture that is not drawn: its codec is missing. */
  readonly onBlind: () => void;
}

/** Nothing plays by itself. */
export function PlayerView({ kind, media, facts, held, mayPrepare, mediaBase, address, onFailed, onBlind }: PlayerViewProps) {
  const session = useSession();
  const { volume, isFullScreen } = useIn(session.loupe, (state) => state);
  const element = useRef<HTMLVideoElement & HTMLAudioElement>(null);
  const player = usePlayer(element, { fps: facts?.fps ?? null, duration: facts?.duration ?? null });
  const [isBegun, setBegun] = useState(false);
  const [hasPoster, setPoster] = useState(false);
  const [isBlind, setBlind] = useState(false);
  const thumbnail = `${mediaBase}thumbnail/${media.referenceId}/1024`;

  useEffect(() => {
    if (player.isPlaying || player.time > 0) setBegun(true);
  }, [player.isPlaying, player.time]);

  // What the header says may come later than the player knows.
  const lacksPicture = isBlind && facts?.kind === 'video' && facts.width !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it is seen.
  useEffect(() => {
    if (lacksPicture) onBlind();
  }, [lacksPicture]);

  const common = {
    ref: element,
    src: address,
    preload: mayPrepare ? 'metadata' : 'none',
    onError: () => {
      // Taking the address away is no failure of the file.
      if (element.current?.error) onFailed();
    },
  } as const;

  return (
    <div className={styles.player}>
      <div className={styles.stage}>
        {kind === 'video' ? (
          <>
            <video
              {...common}
              aria-label={media.name}
              className={styles.video}
              playsInline
              disablePictureInPicture
              onLoadedMetadata={() => setBlind(element.current?.videoWidth === 0)}
              onClick={player.playOrPause}
            />
            {/* Not the element's own poster: until that came, or where there is none, nothing would be seen of the first frame. */}
            {isBegun ? null : (
              <img
                className={styles.poster}
                src={thumbnail}
                alt=""
                hidden={!hasPoster}
                onLoad={() => setPoster(true)}
                onError={() => setPoster(false)}
              />
            )}
            {player.isWaiting ? <div className={styles.waiting} role="status" aria-label={words.loadingPicture(media.name)} /> : null}
          </>
        ) : (
          <>
            <audio {...common} />
            <SoundStage
              media={media}
              facts={facts}
              mediaBase={mediaBase}
              time={player.time}
              duration={player.duration}
              onSeek={player.seekTo}
            />
          </>
        )}
      </div>
      <PlayerBar
        player={player}
        isWhole={held !== 'none'}
        hasFrames={kind === 'video'}
        volume={volume}
        isFullScreen={isFullScreen}
        onVolume={(next) => session.loupe.setState({ volume: next })}
        onFullScreen={() => toggleFullScreen(session)}
        keysOf={(command) => keysOf(command, session)}
      />
    </div>
  );
}
