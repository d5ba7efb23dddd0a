/** What plays, as its element tells it, and what can be done to it. */
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useIn, useSession } from '../../app/session.ts';
import { type HeldRange, joinRanges, rangesOf } from './held-ranges.ts';
import type { PlayerDeeds } from './loupe-store.ts';
import { frameTime, placeWithin, speedBy } from './player-steps.ts';

export interface PlayerState {
  /** In seconds. */
  readonly time: number;
  /** Null while it is not known, or where there is none. */
  readonly duration: number | null;
  readonly isPlaying: boolean;
  /** It would play if the bytes were here. */
  readonly isWaiting: boolean;
  readonly speed: number;
  /** Parts that came in this sitting. */
  readonly held: readonly HeldRange[];
  readonly canSeek: boolean;
}

export interface Player extends PlayerState, PlayerDeeds {
  seekTo(time: number): void;
  setSpeed(speed: number): void;
}

/** From where a proxy is made, in seconds, and whether it plays at once. */
export interface ProxyStart {
  readonly at: number;
  readonly isPlaying: boolean;
}

interface PlayerOptions {
  readonly fps: number | null;
  /** What the header says; the element may not know. */
  readonly duration: number | null;
  /** Where what the element plays begins in the film, for one that cannot seek: another place is another film. */
  readonly restart: { readonly at: number; readonly onRestart: (start: ProxyStart) => void } | null;
}

const idle: PlayerState = { time: 0, duration: null, isPlaying: false, isWaiting: false, speed: 1, held: [], canSeek: true };
const watched = [
  'timeupdate',
  'durationchange',
  'loadedmetadata',
  'play',
  'pause',
  'ended',
  'progress',
  'seeking',
  'seeked',
  'ratechange',
  'waiting',
  'playing',
  'canplay',
] as const;
/** A proxy begins anew where a dragged thumb has rested for so long, in ms: an ffmpeg is started for it. */
const restartAfter = 250;
/** A place that is this near to the end counts as sought, in seconds. */
const nearEnd = 1;

/** `at` is where in the film a proxy begins; null for the file itself. */
function read(element: HTMLMediaElement, known: number | null, at: number | null, before: PlayerState): PlayerState {
  const begin = at ?? 0;
  const duration =
    at !== null && known !== null ? known : Number.isFinite(element.duration) && element.duration > 0 ? element.duration : known;
  const last = element.seekable.length > 0 ? element.seekable.end(element.seekable.length - 1) : 0;
  const isKnown = element.readyState >= HTMLMediaElement.HAVE_METADATA;
  return {
    time: begin + element.currentTime,
    duration,
    isPlaying: !element.paused && !element.ended,
    isWaiting: !element.paused && !element.ended && element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
    speed: element.playbackRate,
    held: at === null ? joinRanges(before.held, rangesOf(element.buffered)) : [],
    canSeek: at !== null || !isKnown || duration === null || last > duration - nearEnd,
  };
}

/** Follows the element for as long as it is shown; it stops when it leaves. */
export function usePlayer(media: RefObject<HTMLMediaElement | null>, { fps, duration, restart }: PlayerOptions): Player {
  const session = useSession();
  const volume = useIn(session.loupe, (state) => state.volume);
  const [state, setState] = useState<PlayerState>({ ...idle, duration });
  /** Where to seek once the seek under way is done: a dragged thumb must not ask for every place on its way. */
  const next = useRef<number | null>(null);

  const at = restart?.at ?? null;
  const onRestart = useRef(restart?.onRestart);
  onRestart.current = restart?.onRestart;

  useEffect(() => {
    const element = media.current;
    if (!element) return;
    function look(): void {
      if (element) setState((before) => read(element, duration, at, before));
    }
    function seeked(): void {
      if (!element || next.current === null) return;
      element.currentTime = next.current;
      next.current = null;
    }
    for (const name of watched) element.addEventListener(name, look);
    element.addEventListener('seeked', seeked);
    look();
    return () => {
      for (const name of watched) element.removeEventListener(name, look);
      element.removeEventListener('seeked', seeked);
    };
  }, [media, duration, at]);

  useEffect(() => {
    const element = media.current;
    if (!element) return;
    element.volume = volume.level;
    element.muted = volume.isMuted;
  }, [media, volume]);

  useEffect(() => {
    const element = media.current;
    return () => {
      // Without an address the browser gives its requests up.
      element?.pause();
      element?.removeAttribute('src');
      element?.load();
    };
  }, [media]);

  const restarting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(restarting.current), []);

  const deeds = useMemo(() => {
    /** From the last second on a proxy would have no frame to show. */
    function restartAt(time: number, end: number | null, isPlaying: boolean): void {
      clearTimeout(restarting.current);
      next.current = time;
      restarting.current = setTimeout(() => {
        next.current = null;
        onRestart.current?.({ at: end === null ? time : Math.max(0, Math.min(time, end - 1)), isPlaying });
      }, restartAfter);
    }
    function seekTo(wanted: number): void {
      const element = media.current;
      if (!element) return;
      const end = at === null && Number.isFinite(element.duration) ? element.duration : duration;
      const time = placeWithin(wanted, end);
      if (at !== null) restartAt(time, end, !element.paused);
      else if (element.seeking) next.current = time;
      else element.currentTime = time;
      setState((before) => ({ ...before, time }));
    }
    function setSpeed(speed: number): void {
      if (!media.current) return;
      media.current.defaultPlaybackRate = speed; // what loads anew keeps it
      media.current.playbackRate = speed;
    }
    const now = () => next.current ?? (at ?? 0) + (media.current?.currentTime ?? 0);
    return {
      seekTo,
      setSpeed,
      playOrPause() {
        const element = media.current;
        if (!element) return;
        // A refusal comes as the element's error too, and is told there.
        if (element.paused || element.ended) void element.play().catch(() => undefined);
        else element.pause();
      },
      seekBy: (seconds: number) => seekTo(now() + seconds),
      stepFrame(step: 1 | -1) {
        media.current?.pause();
        seekTo(frameTime(now(), fps, step));
      },
      changeSpeed: (step: 1 | -1) => setSpeed(speedBy(media.current?.playbackRate ?? 1, step)),
    };
  }, [media, duration, fps, at]);

  useEffect(() => {
    session.loupe.setState({ player: deeds });
    return () => session.loupe.setState((now) => (now.player === deeds ? { player: null } : now));
  }, [session, deeds]);

  return { ...state, ...deeds };
}
