/** The pictures around the one that is shown: itself, and the two neighbours, which are fetched ahead and given up when one moves on. */
import { useEffect, useReducer, useRef } from 'react';
import type { Look } from '../../../src-shared/contract/files.ts';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { useIn, useSession } from '../../app/session.ts';
import { PictureShelf, type ShelvedPicture } from './picture-shelf.ts';
import { type ShownAs, shownAs } from './shown-as.ts';

/** Where a picture of this kind is read; null where none is shown. */
export function addressOf(mediaBase: string, { referenceId }: MediaCell, shown: ShownAs, attempt: number): string | null {
  if (shown.as !== 'picture') return null;
  // Another attempt is another address: the picture element would show what it has.
  return `${mediaBase}${shown.from}/${referenceId}${attempt === 0 ? '' : `?${attempt}`}`;
}

/** Answers of neighbours kept for when one moves there; more are stale before they are used. */
const mostEarly = 50;

interface Options {
  readonly mediaBase: string;
  /** Where the shown picture is read, or null while it may not be. */
  readonly address: string | null;
  /** The shown file needs nothing any more: its neighbours may be fetched. */
  readonly isSettled: boolean;
  readonly neighbours: readonly MediaCell[];
  /** Grows by what is learnt of neighbours. */
  readonly early: Map<number, Look>;
}

/** The picture at the address, or undefined while nobody may ask for it. */
export function usePictures({ mediaBase, address, isSettled, neighbours, early }: Options): ShelvedPicture | undefined {
  const session = useSession();
  const looking = useIn(session.info, (state) => state.value?.looking.fetch ?? 'as_needed');
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const shelf = useRef<PictureShelf>(null);

  useEffect(() => {
    const own = new PictureShelf(redraw);
    shelf.current = own;
    return () => {
      own.close();
      shelf.current = null;
    };
  }, []);

  const ahead = useRef<readonly string[]>([]);
  useEffect(() => {
    // What was fetched ahead stays, while it may be the one that is shown now.
    shelf.current?.keep([...ahead.current, ...(address === null ? [] : [address])]);
    if (address !== null) shelf.current?.want(address);
  }, [address]);

  const wanted = neighbours.map(({ referenceId }) => referenceId).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: neighbours are the same as long as their ids are.
  useEffect(() => {
    if (!isSettled) return;
    const abort = new AbortController();
    const addresses = new Map<number, string>();
    async function fetchAhead(media: MediaCell): Promise<void> {
      const outcome = await session.client.files.look({ referenceId: media.referenceId }, { signal: abort.signal });
      if (abort.signal.aborted || !outcome.ok) return;
      if (early.size > mostEarly) early.clear();
      early.set(media.referenceId, outcome.value);
      const shown = shownAs(media, { look: outcome.value, error: null, isWanted: false, isTried: false });
      if (shown.as === 'failure' || (shown.as === 'picture' && shown.waits)) return;
      if (shown.as !== 'audio') await readAhead(`${mediaBase}thumbnail/${media.referenceId}/1024`, abort.signal);
      const next = addressOf(mediaBase, media, shown, 0);
      if (abort.signal.aborted || next === null) return;
      addresses.set(media.referenceId, next);
      ahead.current = [...addresses.values()];
      shelf.current?.keep([...ahead.current, ...(address === null ? [] : [address])]);
      shelf.current?.want(next);
    }
    for (const media of neighbours) {
      // Nobody asked for it yet, and perhaps nobody will.
      if (looking === 'as_needed' || media.held !== 'none') void fetchAhead(media);
    }
    return () => abort.abort();
  }, [session, wanted, isSettled, mediaBase, address, early, looking]);

  return address === null ? undefined : shelf.current?.at(address);
}

/** Reads a thumbnail into the page's own cache; resolves when it is there or will not come. */
function readAhead(address: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const image = new Image();
    const leave = () => {
      image.removeAttribute('src');
      resolve();
    };
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    image.onload = () => resolve();
    image.onerror = () => resolve();
    image.src = address;
  });
}
