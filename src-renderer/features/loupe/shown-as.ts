/** As what one file is shown, decided from what is known of it. */
import type { Look } from '../../../src-shared/contract/files.ts';
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { isArchived, type MediaFacts } from '../../../src-shared/model/media.ts';
import { showingOf } from '../../../src-shared/model/showing.ts';
import { fetchedToLookBytes } from '../../../src-shared/model/thumbnail.ts';
import type { Size } from './zoom.ts';

/** What was asked about the file, and what was pressed. */
export interface Known {
  /** Null while it is asked. */
  readonly look: Look | null;
  /** Why it could not be asked, or why what came could not be shown. */
  readonly error: VitrineError | null;
  /** The user wants a large or an archived file all the same. */
  readonly isWanted: boolean;
  /** The user wants to see what can be read of a damaged file. */
  readonly isTried: boolean;
}

export type ShownAs =
  /** A picture. `waits` is the size in bytes that a press would fetch, null inside where the size is not known. */
  | {
      readonly as: 'picture';
      readonly from: 'media' | 'rendition';
      readonly size: Size | null;
      readonly waits: { bytes: number | null } | null;
    }
  /** Nothing is known yet: a picture of it, if one is at hand. */
  | { readonly as: 'thumbnail' }
  | { readonly as: 'video' | 'audio' }
  /** `canTry`: the page may still draw or play what the header does not say. */
  | { readonly as: 'failure'; readonly error: VitrineError; readonly canTry: boolean };

/** Longest side of a picture that the core makes of another, in pixels. */
export const renditionEdge = 4096;

/** Decides as what the file is shown. */
export function shownAs(media: MediaCell, { look, error, isWanted, isTried }: Known): ShownAs {
  if (error) return { as: 'failure', error, canTry: false };
  if (!look) return { as: media.kind === 'video' || media.kind === 'audio' ? media.kind : 'thumbnail' };
  const { facts, remote, held, mayFetch } = look;
  const playsAs = media.kind === 'video' || media.kind === 'audio' ? media.kind : null;
  // Pressed, but the header that says as what it is shown is still on its way.
  if (isWanted && !facts && !look.error && mayFetch === 'when_asked' && playsAs === null) return { as: 'thumbnail' };
  if (!facts && look.error && !isTried) {
    const canTry = media.kind !== 'unknown' && (look.error.cause === 'corrupt' || (playsAs !== null && look.error.cause === 'unsupported'));
    return { as: 'failure', error: look.error, canTry };
  }
  const showing = showingOf(facts, remote);
  if (showing.by === 'nothing') return { as: 'failure', error: showing.error, canTry: false };
  const kind = facts?.kind ?? media.kind;
  if (kind === 'video') return { as: facts !== null && facts.width === null && facts.hasAudio === true ? 'audio' : 'video' };
  if (kind === 'audio') return { as: 'audio' };
  const bytes = remote?.size ?? null;
  const isLarge = bytes !== null && bytes > fetchedToLookBytes;
  const isLeftAlone = mayFetch !== 'as_needed' || isArchived(remote);
  return {
    as: 'picture',
    from: showing.by === 'rendition' ? 'rendition' : 'media',
    size: facts && sizeShown(facts, showing.by),
    waits: held === 'none' && !isWanted && (isLarge || isLeftAlone) ? { bytes } : null,
  };
}

/** Pixels that will be on screen: the file's, or those of the picture that is made of it. */
function sizeShown({ width, height }: MediaFacts, by: 'original' | 'rendition'): Size | null {
  if (width === null || height === null || width <= 0 || height <= 0) return null;
  const share = by === 'rendition' ? Math.min(1, renditionEdge / Math.max(width, height)) : 1;
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** True where a picture may be seen through. */
export function maySeeThrough({ format, mode }: Pick<MediaFacts, 'format' | 'mode'>): boolean {
  return format !== 'jpeg' && format !== 'bmp' && mode !== 'RGB' && mode !== 'L' && mode !== 'CMYK';
}
