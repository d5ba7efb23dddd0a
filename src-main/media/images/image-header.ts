/** What each container's file gives back. */
import type { HeaderReader } from '../header-reader.ts';

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
  /** More that the header says. */
  readonly metadata: Record<string, unknown>;
}

export type ReadImageHeader = (reader: HeaderReader) => Promise<ImageHeader>;
