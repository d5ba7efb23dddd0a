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
import { playedCodecs } from './plays-here.ts';
import { SoundStage } from './sound-stage.tsx';
import { useHeldParts } from './use-held-parts.ts';
import { type ProxyStart, usePlayer } from './use-player.ts';

interface PlayerViewProps {
  readonly kind: 'video' | 'audio';
  readonly media: MediaCell;
  readonly facts: MediaFacts | null;
  readonly held: MediaCell['held'];
  /** Its header may be read before play is pressed. */
  readonly mayPrepare: boolean;
  readonly mediaBase: string;
  /** The window cannot play it by itself: ffmpeg makes what is played, from the place that is sought. */
  readonly isProxy: boolean;
  /** Where the file itself is read. */
  readonly address: string;
  readonly onFailed: () => void;
  /** There is sound, and a picture that is not drawn: its codec is missing. */
  readonly onBlind: () => void;
}

/** Nothing plays by itself, but a proxy, which was asked for. */
export function PlayerView(props: PlayerViewProps) {
  const { kind, media, facts, held, mayPrepare, mediaBase, isProxy, address, onFailed, onBlind } = props;
  const session = useSession();
  const { volume, isFullScreen } = useIn(session.loupe, (state) => state);
  const element = useRef<HTMLVideoElement & HTMLAudioElement>(null);
  const [begin, setBegin] = useState<ProxyStart>({ at: 0, isPlaying: true });
  const restart = isProxy ? { at: begin.at, onRestart: setBegin } : null;
  const player = usePlayer(element, { fps: facts?.fps ?? null, duration: facts?.duration ?? null, restart });
  const parts = useHeldParts(media.referenceId, player.duration);
  const [isBegun, setBegun] = useState(false);
  const [hasPoster, setPoster] = useState(false);
  const [isBlind, setBlind] = useState(false);
  const thumbnail = `${mediaBase}thumbnail/${media.referenceId}/1024`;

  useEffect(() => {
    if (player.isPlaying || player.time > 0) setBegun(true);
  }, [player.isPlaying, player.time]);

  // What the header says may come later than the player knows.
  const lacksPicture = !isProxy && isBlind && facts?.kind === 'video' && facts.width !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it is seen.
  useEffect(() => {
    if (lacksPicture) onBlind();
  }, [lacksPicture]);

  const common = {
    ref: element,
    src: isProxy ? proxyAddress(mediaBase, media.referenceId, begin.at) : address,
    autoPlay: isProxy && begin.isPlaying,
    preload: isProxy ? 'auto' : mayPrepare ? 'metadata' : 'none',
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
        parts={parts}
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

function proxyAddress(mediaBase: string, referenceId: number, at: number): string {
  return `${mediaBase}proxy/${referenceId}?at=${at.toFixed(3)}&plays=${playedCodecs().join(',')}`;
}
