/** What the loupe does with one file: what is known of it, as what it is shown, its picture, and what went wrong. */
import { useEffect, useRef, useState } from 'react';
import type { Look } from '../../../src-shared/contract/files.ts';
import type { MediaFacts } from '../../../src-shared/model/media.ts';
import { pixelsInWords } from '../../../src-shared/model/showing.ts';
import { fetchedToLookBytes } from '../../../src-shared/model/thumbnail.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import type { ShelvedPicture } from './picture-shelf.ts';
import { renditionEdge, type ShownAs, shownAs } from './shown-as.ts';
import { useLook } from './use-look.ts';
import { addressOf, usePictures } from './use-pictures.ts';
import type { ShownFile } from './use-shown-file.ts';
import { type Failed, lackError, whyNotShown } from './why-not-shown.ts';

export interface FileShown {
  readonly as: ShownAs;
  readonly look: Look | null;
  readonly picture: ShelvedPicture | undefined;
  /** Where its thumbnail is read; null while nothing may be asked for. */
  readonly thumbnail: string | null;
  readonly mediaBase: string;
  /** How often it was loaded anew. */
  readonly attempt: number;
  readonly note: string | null;
  readonly isKeptUp: boolean;
  /** What plays is a proxy of it. */
  readonly isProxied: boolean;
  readonly onThumbnail: () => void;
  readonly onShown: () => void;
  readonly onFailed: (failed: Failed) => void;
  /** There is sound, and a picture that is not drawn. */
  readonly onBlind: () => void;
  readonly onWanted: () => void;
  readonly onTried: () => void;
  readonly onProxy: () => void;
  readonly onReload: () => void;
  readonly onKeepUp: (isKeptUp: boolean) => void;
}

/** What was seen and pressed of one file; another file begins anew. */
interface Going {
  readonly id: number | null;
  readonly isWanted: boolean;
  readonly isTried: boolean;
  readonly isProxied: boolean;
  readonly isKeptUp: boolean;
  readonly hasThumbnail: boolean;
  readonly isShown: boolean;
}

const begun = (id: number | null): Going => ({
  id,
  isWanted: false,
  isTried: false,
  isProxied: false,
  isKeptUp: false,
  hasThumbnail: false,
  isShown: false,
});

/** Connects the file to the core. */
export function useFileShown({ row, media, neighbours }: ShownFile): FileShown {
  const session = useSession();
  const mediaBase = useIn(session.info, (state) => state.value?.capabilities.mediaBase ?? '/');
  const id = media?.referenceId ?? null;
  const [early] = useState(() => new Map<number, Look>());
  const [kept, setGoing] = useState<Going>(() => begun(id));
  const going = kept.id === id ? kept : begun(id);
  const { look, error, hasRested, attempt, fail, reload } = useLook(id, { row, early, isAsked: going.isWanted });
  const put = (more: Partial<Going>) => setGoing((now) => ({ ...(now.id === id ? now : begun(id)), ...more }));

  const playsAs = look?.facts?.kind === 'video' || look?.facts?.kind === 'audio' ? look.facts.kind : null;
  const isProxied = going.isProxied && playsAs !== null;
  const known = { look, error, isWanted: going.isWanted, isTried: going.isTried };
  const own: ShownAs = media ? shownAs(media, known) : { as: 'thumbnail' };
  const as: ShownAs = isProxied ? { as: playsAs } : own;
  const isHeld = look !== null && look.held !== 'none';
  const isDirect = isHeld && (look.remote?.size ?? Number.POSITIVE_INFINITY) > fetchedToLookBytes;
  const address = media && !(as.as === 'picture' && as.waits) ? addressOf(mediaBase, media, as, attempt) : null;
  // The thumbnail brings the file into the cache where it needs all of it: asked for both at once, it would come twice.
  const mayRead = isHeld || going.hasThumbnail || going.isWanted;
  const isSettled = as.as === 'picture' ? going.isShown || as.waits !== null : as.as !== 'thumbnail';
  const read = usePictures({ mediaBase, address: mayRead && !isDirect ? address : null, isSettled, neighbours, early });
  const picture: ShelvedPicture | undefined = isDirect && address !== null ? { state: 'here', url: address } : read;

  const asking = useRef<AbortController>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another file, or another attempt, gives up what was asked about this one.
  useEffect(() => () => asking.current?.abort(), [id, attempt]);

  function onFailed(failed: Failed): void {
    if (id === null) return;
    const request = new AbortController();
    asking.current?.abort();
    asking.current = request;
    void whyNotShown(session, id, look, failed, request.signal).then((why) => {
      if (!why) return;
      if (failed === 'proxy') put({ isProxied: false });
      fail(why);
    });
  }

  const hasFailed = picture?.state === 'failed';
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it fails.
  useEffect(() => {
    if (hasFailed && as.as === 'picture') onFailed(as.from);
  }, [hasFailed]);

  return {
    as,
    look,
    picture,
    // Failures are remembered for a while; loaded anew, a thumbnail is made again.
    thumbnail: media && hasRested ? `${mediaBase}thumbnail/${media.referenceId}/1024${attempt === 0 ? '' : `?again=${attempt}`}` : null,
    mediaBase,
    attempt,
    note: as.as === 'picture' && as.from === 'rendition' && look?.facts ? renditionNote(look.facts) : null,
    isKeptUp: going.isKeptUp,
    isProxied,
    onThumbnail: () => put({ hasThumbnail: true }),
    onShown: () => put({ isShown: true }),
    onFailed,
    onBlind() {
      const lack = look && lackError(look);
      if (lack) fail(lack);
    },
    onWanted: () => put({ isWanted: true }),
    onTried: () => put({ isTried: true }),
    onProxy: () => put({ isProxied: true }),
    onReload: reload,
    onKeepUp: (isKeptUp) => put({ isKeptUp }),
  };
}

function renditionNote({ width, height }: MediaFacts): string | null {
  if (width === null || height === null || Math.max(width, height) <= renditionEdge) return null;
  return words.shownAt(renditionEdge, pixelsInWords(width * height));
}
