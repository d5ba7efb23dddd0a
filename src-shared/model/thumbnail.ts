/** The sizes of thumbnails, and what may be asked of a picture before somebody says so. */
import * as z from 'zod/mini';

/**
 * Longest sides of thumbnails, in pixels: of a row in the table, of a tile, of a large tile or a picture that is being loaded. A
 * thumbnail that is kept in a larger size answers for the smaller ones.
 */
export const thumbnailEdges = [128, 320, 1024] as const;
/** One of the sizes above. */
export const ThumbnailEdge = z.enum({ small: 128, medium: 320, large: 1024 });
export type ThumbnailEdge = z.infer<typeof ThumbnailEdge>;

/** The smallest thumbnail that fills a box whose longest side is this many device pixels. */
export function edgeFor(pixels: number): ThumbnailEdge {
  return thumbnailEdges.find((edge) => edge >= pixels) ?? 1024;
}

/**
 * How much looking may fetch by itself: the least that shows it, up to a whole file of `fetchedToLookBytes` · header bytes and one frame
 * · nothing. What somebody asks for on purpose is fetched in all of them.
 */
export const lookingFetches = ['as_needed', 'header_bytes', 'when_asked'] as const;
/** One of the choices above. */
export const LookingFetch = z.enum(lookingFetches);
export type LookingFetch = z.infer<typeof LookingFetch>;

/** A file is fetched whole because somebody looks at it up to this size, in bytes; above it waits for a press. */
export const fetchedToLookBytes = 25_000_000;
