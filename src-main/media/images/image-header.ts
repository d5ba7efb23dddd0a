/** What each container's file gives back. */
import type { HeaderReader } from '../header-reader.ts';

/** A JPEG within the file that shows the same picture smaller. Its size is known by its own header alone. */
export interface PreviewPlace {
  /** First byte in the file, and how many there are. */
  readonly start: number;
  readonly length: number;
  /** Longest side that a preview of its kind has at least, or 0 where its kind does not say. */
  readonly leastSide: number;
}

/** `width` and `height` only where the container itself crops or turns (HEIF); elsewhere the EXIF orientation decides. */
export interface ImageHeader {
  readonly format: string;
  readonly mime: string;
  readonly pixelWidth: number | null;
  readonly pixelHeight: number | null;
  readonly displayed?: { readonly width: number; readonly height: number };
  /** In Pillow's words. */
  readonly mode: string | null;
  /** A TIFF structure with the EXIF tags, as embedded. */
  readonly exif: Uint8Array | null;
  /** Orientation where it stands outside of an EXIF block (TIFF). */
  readonly orientation?: number | null;
  readonly codec?: string | null;
  /** Smaller pictures of the picture, the shortest first. */
  readonly previews?: readonly PreviewPlace[];
  /** The one segment with the colour profile, marker included: a preview mostly relies on it. Null where it is spread over several. */
  readonly profile?: { readonly start: number; readonly length: number } | null;
  /** More that the header says. */
  readonly metadata: Record<string, unknown>;
}

export type ReadImageHeader = (reader: HeaderReader) => Promise<ImageHeader>;
