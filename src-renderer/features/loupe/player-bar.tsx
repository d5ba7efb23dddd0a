/** The bar of a player: play, the place with what is here, speed, frames, volume, full screen. */
import { Maximize, Minimize, Pause, Play, StepBack, StepForward, Volume2, VolumeX } from 'lucide-react';
import { formatDuration } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { type HeldRange, joinRanges } from './held-ranges.ts';
import type { Volume } from './loupe-store.ts';
import styles from './player-bar.module.css';
import { speeds } from './player-steps.ts';
import { SlideBar } from './slide-bar.tsx';
import { spokenTime } from './spoken-time.ts';
import type { Player } from './use-player.ts';

interface PlayerBarProps {
  readonly player: Player;
  /** All of it is in the cache or on this computer. */
  readonly isWhole: boolean;
  /** Parts that the core has, as near as can be told. */
  readonly parts: readonly HeldRange[];
  readonly hasFrames: boolean;
  readonly volume: Volume;
  readonly isFullScreen: boolean;
  readonly onVolume: (volume: Volume) => void;
  readonly onFullScreen: () => void;
  /** The key of a command as it is shown. */
  readonly keysOf: (command: string) => string | undefined;
}

/** An arrow on the place goes so far, in seconds. */
const seekStep = 5;
const volumeStep = 0.05;

export function PlayerBar(props: PlayerBarProps) {
  const { player, isWhole, parts, hasFrames, volume, isFullScreen, onVolume, onFullScreen, keysOf } = props;
  const { time, duration, isPlaying, speed, held, canSeek } = player;
  const length = duration ?? 0;
  return (
    <div
      role="toolbar"
      aria-label={words.playerTools}
      className={styles.bar}
      // Buttons pressed by the pointer leave the focus where it is, so that keys go on meaning the player.
      onMouseDown={(event) => {
        if (event.target instanceof Element && event.target.closest('button')) event.preventDefault();
      }}
    >
      <IconButton label={isPlaying ? words.pause : words.play} keys={keysOf('playOrPause')} onClick={player.playOrPause}>
        <Icon of={isPlaying ? Pause : Play} />
      </IconButton>
      <span className={styles.time}>{formatDuration(time)}</span>
      <div className={styles.place}>
        <SlideBar
          label={words.position}
          value={time}
          max={length}
          step={seekStep}
          valueText={words.timeOf(spokenTime(time), duration === null ? null : spokenTime(duration))}
          marked={isWhole && duration !== null ? [{ start: 0, end: duration }] : joinRanges(held, parts)}
          disabledReason={canSeek ? null : words.cannotSeek}
          onChange={player.seekTo}
        />
      </div>
      {duration === null ? null : <span className={styles.time}>{formatDuration(duration)}</span>}
      {hasFrames ? (
        <>
          <IconButton label={words.previousFrame} keys={keysOf('previousFrame')} onClick={() => player.stepFrame(-1)}>
            <Icon of={StepBack} />
          </IconButton>
          <IconButton label={words.nextFrame} keys={keysOf('nextFrame')} onClick={() => player.stepFrame(1)}>
            <Icon of={StepForward} />
          </IconButton>
        </>
      ) : null}
      <Menu
        trigger={
          <Button look="quiet" title={words.speed} aria-label={`${words.speed} ${words.times(speed)}`} className={styles.speed ?? ''}>
            {words.times(speed)}
          </Button>
        }
        entries={speeds.map((one) => ({
          kind: 'item',
          label: words.times(one),
          checked: one === speed,
          onSelect: () => player.setSpeed(one),
        }))}
      />
      <IconButton
        label={volume.isMuted ? words.unmute : words.mute}
        keys={keysOf('mute')}
        onClick={() => onVolume({ ...volume, isMuted: !volume.isMuted })}
      >
        <Icon of={volume.isMuted || volume.level === 0 ? VolumeX : Volume2} />
      </IconButton>
      <div className={styles.volume}>
        <SlideBar
          label={words.volume}
          value={volume.isMuted ? 0 : volume.level}
          max={1}
          step={volumeStep}
          valueText={words.share(volume.isMuted ? 0 : volume.level)}
          onChange={(level) => onVolume({ level, isMuted: false })}
        />
      </div>
      {hasFrames ? (
        <IconButton label={words.fullScreen} keys={keysOf('fullScreen')} aria-pressed={isFullScreen} onClick={onFullScreen}>
          <Icon of={isFullScreen ? Minimize : Maximize} />
        </IconButton>
      ) : null}
    </div>
  );
}
