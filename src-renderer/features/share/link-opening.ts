/** How a browser takes the file of a link: shows it, or saves it under a name. Pure. */
import type { LinkWish } from './link-source.ts';

export interface LinkOpening {
  readonly isDownload: boolean;
  /** As typed; empty, or the file's own, asks for no other name. */
  readonly name: string;
}

/** What the wish of a link says of it. A download under the file's own name needs none. */
export function openingWish({ isDownload, name }: LinkOpening, ownName: string): Pick<LinkWish, 'disposition' | 'filename'> {
  if (!isDownload) return {};
  const typed = name.trim();
  return { disposition: 'attachment', ...(typed === '' || typed === ownName ? {} : { filename: typed }) };
}

/** The opening of a wish, to begin with. */
export function openingOf(wish: Pick<LinkWish, 'disposition' | 'filename'>, ownName: string): LinkOpening {
  return { isDownload: wish.disposition === 'attachment', name: wish.filename ?? ownName };
}
