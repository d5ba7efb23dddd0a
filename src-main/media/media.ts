/** The face of the media room: what header bytes say, and thumbnails. Untrusted bytes are decoded in helper processes only. */
import type { Cost, MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';
import type { ThumbnailEdge } from '../../src-shared/model/thumbnail.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Priority } from '../cache/bytes.ts';

export interface Probe {
  readonly remote: RemoteFacts;
  readonly facts: MediaFacts;
  readonly cost: Cost;
}

export interface Thumbnail {
  /** JPEG, or WebP where there is transparency. */
  readonly bytes: Uint8Array;
  readonly mime: 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
}

export interface Media {
  /** Reads as few header bytes as answer it. Throws `Failure`: `corrupt`, `unsupported` (says what came), the store's causes. */
  probe(reference: Reference, options: { signal: AbortSignal; priority: Priority }): Promise<Probe>;
  /** A picture of at most `edge` × `edge` pixels, upright, in sRGB, made once and stored. Images only so far; others are `unsupported`. */
  thumbnail(reference: Reference, options: { edge: ThumbnailEdge; signal: AbortSignal; priority: Priority }): Promise<Thumbnail>;
  close(): Promise<void>;
}

/** How a host starts the decode helper: a child process with an IPC channel that runs `decode-helper`. */
export interface HelperProcess {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}
export type StartHelper = () => HelperProcess;
