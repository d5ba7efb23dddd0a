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

interface PlayerOptions {
  readonly fps: number | null;
  /** What the header says; the element may not know. */
  readonly duration: number | null;
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
/** A place that is this near to the end counts as sought, in seconds. */
const nearEnd = 1;

function read(element: HTMLMediaElement, known: number | null, before: PlayerState): PlayerState {
  const duration = Number.isFinite(element.duration) && element.duration > 0 ? element.duration : known;
  const last = element.seekable.length > 0 ? element.seekable.end(element.seekable.length - 1) : 0;
  const isKnown = element.readyState >= HTMLMediaElement.HAVE_METADATA;
  return {
    time: element.currentTime,
    duration,
    isPlaying: !element.paused && !element.ended,
    isWaiting: !element.paused && !element.ended && element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
    speed: element.playbackRate,
    held: joinRanges(before.held, rangesOf(element.buffered)),
    canSeek: !isKnown || duration === null || last > duration - nearEnd,
  };
}

/** Follows the element for as long as it is shown; it stops when it leaves. */
export function usePlayer(media: RefObject<HTMLMediaElement | null>, { fps, duration }: PlayerOptions): Player {
  const session = useSession();
  const volume = useIn(session.loupe, (state) => state.volume);
  const [state, setState] = useState<PlayerState>({ ...idle, duration });
  /** Where to seek once the seek under way is done: a dragged thumb must not ask for every place on its way. */
  const next = useRef<number | null>(null);

  useEffect(() => {
    const element = media.current;
    if (!element) return;
    function look(): void {
      if (element) setState((before) => read(element, duration, before));
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
  }, [media, duration]);

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

  const deeds = useMemo(() => {
    function seekTo(wanted: number): void {
      const element = media.current;
      if (!element) return;
      const end = Number.isFinite(element.duration) ? element.duration : duration;
      const time = placeWithin(wanted, end);
      if (element.seeking) next.current = time;
      else element.currentTime = time;
      setState((before) => ({ ...before, time }));
    }
    function setSpeed(speed: number): void {
      if (media.current) media.current.playbackRate = speed;
    }
    const now = () => next.current ?? media.current?.currentTime ?? 0;
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
  }, [media, duration, fps]);

  useEffect(() => {
    session.loupe.setState({ player: deeds });
    return () => session.loupe.setState((now) => (now.player === deeds ? { player: null } : now));
  }, [session, deeds]);

  return { ...state, ...deeds };
}
