/** By what a file is shown large: itself, a picture that is made of it, or nothing. */
import type { VitrineError } from './error.ts';
import type { MediaFacts, RemoteFacts } from './media.ts';

/**
 * How one file is shown: `original` is the file itself (`media/{id}`), `rendition` a picture made of it (`rendition/{id}`); for
 * `nothing`, `error` says why and what to do.
 */
export type Showing = { readonly by: 'original' } | { readonly by: 'rendition' } | { readonly by: 'nothing'; readonly error: VitrineError };

/** Formats that Chromium draws itself, as `MediaFacts.format` calls them. */
const drawnByPage: ReadonlySet<string> = new Set(['jpeg', 'png', 'gif', 'webp', 'avif', 'bmp', 'ico', 'svg']);
/** Formats that the decode helper reads. */
const decodedHere: ReadonlySet<string> = new Set(['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff', 'svg']);
/** A page that draws more than this takes 4 bytes a pixel for it, and soon again. */
const drawnPixels = 100_000_000;
/** What a decode helper takes on: more than any camera's picture, and some 1.2 GB decoded at worst. */
export const decodedPixels = 300_000_000;

/** Pixels in words, such as "281 megapixels". */
export function pixelsInWords(pixels: number): string {
  return `${Math.round(pixels / 1e6).toLocaleString('en-US')} megapixels`;
}

function nothing(cause: VitrineError['cause'], message: string, next: string): Showing {
  return { by: 'nothing', error: { cause, message, next } };
}

/**
 * Decides from what is known; asks nothing. Films and sound play as they are, and so does whatever has no facts: its player or
 * picture element says whether it can. An empty file, a picture that nobody here decodes and one of too many pixels are `nothing`.
 */
export function showingOf(facts: MediaFacts | null, remote: RemoteFacts | null): Showing {
  if (remote?.size === 0) return nothing('corrupt', 'The file is damaged: it is empty.', 'Get the file again.');
  if (facts === null || facts.kind !== 'image') return { by: 'original' };
  const pixels = (facts.pixelWidth ?? 0) * (facts.pixelHeight ?? 0);
  // An SVG is drawn at the size of its place, whatever it says of itself.
  if (drawnByPage.has(facts.format) && (pixels <= drawnPixels || facts.format === 'svg')) return { by: 'original' };
  if (!decodedHere.has(facts.format)) {
    return nothing('unsupported', `A picture of the kind ${facts.format} cannot be shown.`, 'Open it in another program.');
  }
  if (pixels <= decodedPixels) return { by: 'rendition' };
  return nothing(
    'too_large',
    `${pixelsInWords(pixels)} are more than the limit of ${pixelsInWords(decodedPixels)} for this.`,
    'Open it in another program.',
  );
}
