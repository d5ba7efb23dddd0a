/** Bytes on purpose: fetch, probe, look. */
import * as z from 'zod/mini';
import { VitrineError } from '../model/error.ts';
import { Cost, Level, MediaFacts, RemoteFacts } from '../model/media.ts';
import { LookingFetch, ThumbnailEdge } from '../model/thumbnail.ts';
import { RestartReason } from '../model/transfer.ts';
import { read, write } from './define.ts';

/** A file in the cache, or why it is not there, for an address as it was asked. */
export const Fetched = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    asked: z.string(),
    path: z.string(),
    bytes: z.number(),
    /** Why it began anew on the way, where it did. */
    restarted: z.optional(RestartReason),
  }),
  z.object({ ok: z.literal(false), asked: z.string(), error: VitrineError }),
]);
export type Fetched = z.infer<typeof Fetched>;

/** What the header of a file says and what asking cost, or why it says nothing. */
export const Probed = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), asked: z.string(), remote: RemoteFacts, facts: MediaFacts, cost: Cost }),
  z.object({ ok: z.literal(false), asked: z.string(), error: VitrineError }),
]);
export type Probed = z.infer<typeof Probed>;

/**
 * What is needed to show one file large. `error` says why its header says nothing; `held` is as in a media cell. `mayFetch` is what
 * looking may fetch of this file: where that is nothing, `facts` may be null without an error.
 */
export const Look = z.object({
  remote: z.nullable(RemoteFacts),
  facts: z.nullable(MediaFacts),
  error: z.nullable(VitrineError),
  held: z.enum(['none', 'whole', 'local']),
  mayFetch: LookingFetch,
});
export type Look = z.infer<typeof Look>;

/**
 * How loud a sound is over its length: loudest samples of equal parts, 0 to 1, at most 2,000 of them. `duration` in seconds.
 */
export const Peaks = z.object({ peaks: z.array(z.number()).check(z.maxLength(2000)), duration: z.nullable(z.number()) });
export type Peaks = z.infer<typeof Peaks>;

/** Calls that fetch, probe or ask. */
export const files = {
  /** Brings whole files into the cache; `progress` gives each as it is known, the answer all in the order asked. */
  fetch: write({
    input: z.object({ urls: z.array(z.string()), cwd: z.optional(z.string()), jobs: z.optional(z.int()) }),
    output: z.object({ files: z.array(Fetched), evictedAgain: z.array(z.string()) }),
    progress: Fetched,
  }),
  probe: read({ input: z.object({ urls: z.array(z.string()), cwd: z.optional(z.string()) }), output: z.array(Probed) }),
  /** Asks what is not known yet of one reference, at this level, and remembers the answer. */
  ask: read({
    input: z.object({ referenceId: z.int(), level: Level }),
    output: z.object({ remote: RemoteFacts, facts: z.nullable(MediaFacts) }),
  }),
  /**
   * What is known of one file, else what its header bytes say. Asked because somebody looks at it, or `asked` for on purpose;
   * remembered like `ask`.
   */
  look: read({ input: z.object({ referenceId: z.int(), asked: z.optional(z.boolean()) }), output: Look }),
  /**
   * Why the thumbnail that was asked for last did not come; asks nothing again. `drawHere` where the core has no decoder for it, and
   * the window's own may draw it: a poster of a video, the peaks of a sound.
   */
  thumbnailError: read({
    input: z.object({ referenceId: z.int(), edge: ThumbnailEdge }),
    output: z.object({ error: z.nullable(VitrineError), drawHere: z.nullable(z.enum(['video', 'audio'])) }),
  }),
  /** Keeps a poster that the window drew, as JPEG or PNG in base64, 4 MB at most. It is decoded and made anew like any stranger's picture. */
  putPoster: read({ input: z.object({ referenceId: z.int(), picture: z.string() }), output: z.object({}) }),
  /**
   * The peaks of a sound: kept ones, else made of the whole file up to 25 MB, if looking may fetch it or it is `asked` for on purpose.
   * `unsupported` where the core has no decoder.
   */
  peaks: read({ input: z.object({ referenceId: z.int(), asked: z.optional(z.boolean()) }), output: Peaks }),
  /** Keeps peaks that the window made. */
  putPeaks: read({ input: z.object({ referenceId: z.int(), peaks: Peaks }), output: z.object({}) }),
};
