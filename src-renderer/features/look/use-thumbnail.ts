/**
 * How a thumbnail comes to be seen, the same for tile, table cell and preview: asked for once it has rested on screen, given up when it
 * leaves, drawn here where the core has no decoder, and else why it does not come.
 */
import { type RefCallback, useCallback, useEffect, useRef, useState } from 'react';
import type { Client } from '../../../src-shared/contract/contract.ts';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { ThumbnailEdge } from '../../../src-shared/model/thumbnail.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { drawPeaks } from './draw-peaks.ts';
import { drawPoster } from './draw-poster.ts';
import type { Thumbnails } from './thumbnails.ts';

/** It must be on screen this long before it is asked for, in ms. */
const restMilliseconds = 120;

export interface Thumbnail {
  /** waiting: not asked, or on its way · shown: the picture is seen · sound: there are peaks instead · failed: see `error`. */
  readonly state: 'waiting' | 'shown' | 'sound' | 'failed';
  /** What belongs on the `img`; null while there is none. */
  readonly picture: {
    readonly src: string;
    readonly ref: RefCallback<HTMLImageElement>;
    readonly onLoad: () => void;
    readonly onError: () => void;
  } | null;
  readonly peaks: readonly number[] | null;
  /** Null where it is not known why. */
  readonly error: VitrineError | null;
  /** Loads it again, for instance once the file was fetched on purpose. */
  readonly retry: () => void;
  /** Loads it because somebody asks for it, whatever looking may fetch. */
  readonly ask: () => void;
}

type Outcome = { readonly state: 'drawn' } | { readonly state: 'sound'; readonly peaks: readonly number[] } | Failed;
interface Failed {
  readonly state: 'failed';
  readonly error: VitrineError | null;
}

/** What is known of one reference in one go; a new one begins anew. */
interface Going {
  readonly of: string;
  readonly src: string | null;
  /** The address whose picture has come; a larger one may be on its way. */
  readonly come: string | null;
  readonly state: Thumbnail['state'];
  readonly peaks: readonly number[] | null;
  readonly error: VitrineError | null;
}

/** `edge` may grow while the picture is shown: the larger one then takes its place without a gap. Nothing is asked while off screen. */
export function useThumbnail(media: MediaCell | undefined, edge: ThumbnailEdge, isOnScreen: boolean): Thumbnail {
  const { client, thumbnails, info } = useSession();
  const mediaBase = useIn(info, (state) => state.value?.capabilities.mediaBase ?? '/');
  const looking = useIn(info, (state) => state.value?.looking.fetch ?? 'as_needed');
  const [{ round, asked }, setRound] = useState<{ round: number; asked: number | null }>({ round: 0, asked: null });
  const referenceId = media?.referenceId ?? null;
  const kind = media?.kind;
  const isHere = media !== undefined && media.held !== 'none';
  const isAsked = referenceId !== null && asked === referenceId;
  const of = `${referenceId} ${round}`;
  const [kept, setGoing] = useState<Going>(() => begun(of));
  const going = kept.of === of ? kept : begun(of);
  const settle = useRef<((how: 'loaded' | 'failed') => void) | null>(null);
  const element = useRef<HTMLImageElement>(null);
  const wanted = referenceId === null ? null : `${mediaBase}thumbnail/${referenceId}/${edge}${isAsked ? '?asked' : ''}`;
  // A smaller size than the one that is shown is not asked for.
  const shownEdge = going.come === null ? 0 : Number.parseInt(going.come.slice(going.come.lastIndexOf('/') + 1), 10);
  const isDone = going.state === 'sound' || going.state === 'failed' || shownEdge >= edge;

  const mayRead = isAsked || isHere || looking === 'as_needed';

  // What was left alone is looked at anew once it is here, or once looking may fetch other things.
  const before = useRef({ isHere, looking });
  const isLeftAlone = going.error?.details?.waits === true;
  useEffect(() => {
    const isOther = before.current.isHere !== isHere || before.current.looking !== looking;
    before.current = { isHere, looking };
    if (isOther && isLeftAlone) setRound((now) => ({ ...now, round: now.round + 1 }));
  }, [isHere, looking, isLeftAlone]);

  useEffect(() => {
    if (wanted === null || referenceId === null || !isOnScreen || isDone) return;
    const gone = new AbortController();
    const { signal } = gone;
    const put = (next: Partial<Going>) => setGoing((now) => ({ ...(now.of === of ? now : begun(of)), ...next }));

    /** Resolves with how the `img` ended. */
    async function load(src: string): Promise<'loaded' | 'failed' | 'left'> {
      const leave = await thumbnails.loading.enter(signal);
      if (!leave) return 'left';
      try {
        return await new Promise((resolve) => {
          settle.current = resolve;
          signal.addEventListener('abort', () => resolve('left'), { once: true });
          put({ src });
        });
      } finally {
        settle.current = null;
        leave();
      }
    }

    async function come(address: string, id: number): Promise<void> {
      let ended = await load(address);
      if (ended === 'failed') {
        put({ src: null, come: null, state: 'waiting' });
        const instead = await drawInstead({ client, thumbnails, mediaBase, referenceId: id, edge, kind, isAsked, mayRead, signal });
        if (signal.aborted) return;
        if (instead.state === 'drawn') ended = await load(address);
        else {
          put({ ...instead, src: null });
          return;
        }
      }
      if (ended === 'left') return;
      if (ended === 'failed') put({ src: null, state: 'failed', error: null });
      else {
        const picture = element.current;
        if (picture) thumbnails.sizes.learn(id, picture.naturalWidth, picture.naturalHeight);
        put({ state: 'shown', come: address });
      }
    }

    const timer = setTimeout(() => void come(wanted, referenceId).catch(() => undefined), restMilliseconds);
    return () => {
      clearTimeout(timer);
      gone.abort();
      // What was not there yet is given up; it begins anew when it comes back.
      setGoing((now) => (now.of === of && now.src !== now.come ? { ...now, src: now.come } : now));
    };
  }, [client, thumbnails, mediaBase, of, wanted, referenceId, edge, kind, isAsked, mayRead, isOnScreen, isDone]);

  const ref = useCallback((image: HTMLImageElement | null) => {
    element.current = image;
    return () => {
      element.current = null;
      // Without an address the browser gives the request up, also of an image that has left the page.
      image?.removeAttribute('src');
    };
  }, []);
  const onLoad = useCallback(() => settle.current?.('loaded'), []);
  const onError = useCallback(() => settle.current?.('failed'), []);
  const retry = useCallback(() => setRound((now) => ({ ...now, round: now.round + 1 })), []);
  const ask = useCallback(() => setRound((now) => ({ round: now.round + 1, asked: referenceId })), [referenceId]);
  return {
    state: going.state,
    picture: going.src === null ? null : { src: going.src, ref, onLoad, onError },
    peaks: going.peaks,
    error: going.error,
    retry,
    ask,
  };
}

function begun(of: string): Going {
  return { of, src: null, come: null, state: 'waiting', peaks: null, error: null };
}

interface Failure {
  readonly client: Client;
  readonly thumbnails: Thumbnails;
  readonly mediaBase: string;
  readonly referenceId: number;
  readonly edge: ThumbnailEdge;
  readonly kind: MediaCell['kind'] | undefined;
  /** Somebody asks for it on purpose. */
  readonly isAsked: boolean;
  /** More than header bytes may be read of the file itself. */
  readonly mayRead: boolean;
  readonly signal: AbortSignal;
}

/** The thumbnail did not come: a poster or peaks are drawn where that is possible, else the reason is given. */
async function drawInstead(failure: Failure): Promise<Outcome> {
  const { client, thumbnails, referenceId, edge, kind, signal } = failure;
  const refused = thumbnails.refusalOf(referenceId);
  if (refused) return { state: 'failed', error: refused };
  const answer = await client.files.thumbnailError({ referenceId, edge }, { signal });
  const { error, drawHere } = answer.ok ? answer.value : { error: answer.error, drawHere: null };
  if (drawHere === 'video') return drawVideo(failure, error);
  // A sound has no picture, or none that can be shown; anything else that is wrong with it is wrong for its peaks too.
  if (drawHere === 'audio' || (kind === 'audio' && (error === null || error.cause === 'unsupported'))) return drawSound(failure);
  return { state: 'failed', error };
}

async function drawVideo(failure: Failure, error: VitrineError | null): Promise<Outcome> {
  const { client, thumbnails, mediaBase, referenceId, mayRead, signal } = failure;
  const leave = await thumbnails.drawing.enter(signal);
  if (!leave) return { state: 'failed', error };
  try {
    const poster = await drawPoster({ mediaBase, referenceId, mayRead, signal });
    const kept = poster && (await client.files.putPoster({ referenceId, picture: poster.picture }, { signal }));
    if (kept?.ok) return { state: 'drawn' };
    const reason = kept && !kept.ok ? kept.error : (error ?? cannotShow);
    if (!signal.aborted && !kept && mayRead) thumbnails.refuse(referenceId, reason);
    return { state: 'failed', error: reason };
  } finally {
    leave();
  }
}

async function drawSound({ client, thumbnails, mediaBase, referenceId, isAsked, signal }: Failure): Promise<Outcome> {
  const kept = await client.files.peaks({ referenceId, asked: isAsked }, { signal });
  if (kept.ok) return { state: 'sound', peaks: kept.value.peaks };
  if (kept.error.cause !== 'unsupported') return { state: 'failed', error: kept.error };
  const leave = await thumbnails.drawing.enter(signal);
  if (!leave) return { state: 'failed', error: kept.error };
  try {
    const peaks = await drawPeaks({ mediaBase, referenceId, signal });
    if (peaks) {
      void client.files.putPeaks({ referenceId, peaks });
      return { state: 'sound', peaks: peaks.peaks };
    }
    thumbnails.refuse(referenceId, kept.error);
    return { state: 'failed', error: kept.error };
  } finally {
    leave();
  }
}

const cannotShow: VitrineError = { cause: 'unsupported', message: words.cannotDraw, next: words.openElsewhere };
