/** The face of the media room: what header bytes say, and pictures of files. Untrusted bytes are decoded in helper processes only. */
import type { Peaks } from '../../src-shared/contract/files.ts';
import type { Cost, MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';
import type { LookingFetch, ThumbnailEdge } from '../../src-shared/model/thumbnail.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Priority } from '../cache/bytes.ts';
import type { FoundFfmpeg } from './find-ffmpeg.ts';
import type { KnownBefore } from './looking-limit.ts';
import type { MadeProxy, ProxyAsking } from './proxies.ts';
import type { ThumbnailFailure } from './thumbnail-failures.ts';

export interface Probe {
  readonly remote: RemoteFacts;
  readonly facts: MediaFacts;
  readonly cost: Cost;
}

/** An encoded picture, upright and in sRGB. */
export interface Picture {
  /** JPEG, or WebP where there is transparency. */
  readonly bytes: Uint8Array;
  readonly mime: 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
}

interface Asking {
  readonly signal: AbortSignal;
  readonly priority: Priority;
}

/** `known` is what was learnt of the file before: what is kept is looked up under that state, and nothing is asked for it. */
export interface LookAsking extends Asking, KnownBefore {
  /** Somebody asks for it on purpose: how much looking may fetch does not matter, nor a failure that is remembered. */
  readonly isAsked?: boolean;
}

export interface ThumbnailAsking extends LookAsking {
  readonly edge: ThumbnailEdge;
  /** Asks once more where a failure is remembered. */
  readonly again?: boolean;
  /** Told what the header says where it was read on the way; also where there is no thumbnail in the end. */
  readonly onProbe?: (probe: Probe) => void;
}

/** A film of one frame. */
export interface PosterSource {
  readonly bytes: Uint8Array;
  readonly mime: string;
}

export interface Media {
  /** Reads as few header bytes as answer it. Throws `Failure`: `corrupt`, `unsupported` (says what came), the store's causes. */
  probe(reference: Reference, options: Asking): Promise<Probe>;
  /**
   * A picture of at most `edge` × `edge` pixels, made once for each state of a file and kept: of a picture, of a film near its
   * beginning, of the cover of a sound. A kept larger one answers as well.
   *
   * It costs the header where a smaller picture lies in it; header and one frame of a film; else the whole file, up to
   * `fetchedToLookBytes`, above which it is `too_large`. A failure is remembered and thrown again without asking. Where looking may
   * fetch less, and nobody asks on purpose, a smaller kept one answers too, and else it `waits` (see the error's details).
   */
  thumbnail(reference: Reference, options: ThumbnailAsking): Promise<Picture>;
  /** Why the last such thumbnail did not come, or null; asks nothing. */
  thumbnailFailure(reference: Reference, edge: ThumbnailEdge): ThumbnailFailure | null;
  /** Lets thumbnails of this file be tried again. */
  forgetFailures(reference: Reference): void;
  /** The frame that a poster is made of, as a film that a player shows. Throws `unsupported` where it cannot be cut out. */
  posterSource(reference: Reference, options: Asking): Promise<PosterSource>;
  /** Keeps a picture of a film that the window drew; it is decoded like any stranger's. Throws `corrupt` and `unsupported`. */
  putPoster(reference: Reference, picture: Uint8Array, options: LookAsking): Promise<void>;
  /** How much of a file looking may fetch now; all that is needed of what is here. Asks nothing. */
  mayFetch(reference: Reference, known: KnownBefore): LookingFetch;
  /** Kept peaks, else made of the whole file up to `fetchedToLookBytes`. Throws `unsupported` where nothing here decodes the sound. */
  peaks(reference: Reference, options: LookAsking): Promise<Peaks>;
  /** Keeps peaks that the window made. */
  putPeaks(reference: Reference, peaks: Peaks, known: RemoteFacts | null): Promise<void>;
  /** A picture that a page can show of one that it cannot, longest side at most 4096. Made anew each time, and not kept. */
  rendition(reference: Reference, options: Asking): Promise<Picture>;
  /**
   * A film or sound as the window can play it, made while it is read: the file's own streams in another container, or made anew. One at
   * a time for a reference: another one ends the first. Throws `unsupported` where there is no ffmpeg, or it cannot read the file, and
   * what reading throws.
   */
  proxy(reference: Reference, options: ProxyAsking): Promise<MadeProxy>;
  /** The ffmpeg that is used, or null; looked for once. */
  ffmpeg(): Promise<FoundFfmpeg | null>;
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
