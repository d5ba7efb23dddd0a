/** What travels between the pool and a decode helper. */
import * as z from 'zod/mini';

/** A helper, or an ffmpeg that it runs, that takes more than this is ended: the helper by itself with `memoryExitCode`. */
export const memoryLimitBytes = 1.5 * 1024 ** 3;
/** Exit code of a helper that used more memory than it may. */
export const memoryExitCode = 86;
/** A larger answer is none: a rendition of 4096 pixels stays far below. */
const answerLimitBytes = 48 * 1024 * 1024;

/** A path of this computer, which the helper reads itself, or the bytes. */
export type DecodeInput = string | Uint8Array;

/** Pictures of a picture. `sizes` are longest sides, in pixels; a smaller picture is not blown up. */
export interface PictureTask {
  readonly kind: 'picture';
  readonly input: DecodeInput;
  readonly sizes: readonly number[];
  /** EXIF orientation to apply instead of the picture's own, or null. */
  readonly orientation: number | null;
  /** Dots per inch at which a drawing becomes pixels, or null for its own size. */
  readonly density: number | null;
  /** 1 to 100, as the encoders understand it. */
  readonly quality: number;
}

/** Pictures of the first frame that ffmpeg makes of a film. */
export interface FrameTask {
  readonly kind: 'frame';
  readonly ffmpeg: string;
  readonly input: DecodeInput;
  /** As ffmpeg calls the container; it guesses nothing. */
  readonly demuxer: string;
  readonly sizes: readonly number[];
  /** Degrees clockwise to turn. */
  readonly rotation: number;
  /** Size as shown: turned, pixel aspect applied. Null where the file does not say. */
  readonly shown: { readonly width: number; readonly height: number } | null;
  readonly quality: number;
}

/** How loud a sound is over its length, in `parts` equal parts. Without ffmpeg only uncompressed WAV is read. */
export interface PeaksTask {
  readonly kind: 'peaks';
  readonly ffmpeg: string | null;
  readonly path: string;
  readonly demuxer: string | null;
  readonly parts: number;
}

export type DecodeTask = PictureTask | FrameTask | PeaksTask;

/** One task with its number. */
export interface DecodeRequest {
  readonly id: number;
  readonly task: DecodeTask;
}

/** Nobody waits for that task any more: its ffmpeg is ended. A picture is decoded to its end, since its decoder does not stop in between. */
export interface DecodeStop {
  readonly stop: number;
}
export type ToHelper = DecodeRequest | DecodeStop;

const Picture = z.object({
  bytes: z.instanceof(Uint8Array).check(z.refine((bytes: Uint8Array) => bytes.length <= answerLimitBytes)),
  mime: z.enum(['image/jpeg', 'image/webp']),
  width: z.int().check(z.positive()),
  height: z.int().check(z.positive()),
});

/** How a task ended; the pictures stand in the order of `sizes`. */
export const DecodeOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pictures'), pictures: z.array(Picture).check(z.minLength(1), z.maxLength(3)) }),
  z.object({
    kind: z.literal('peaks'),
    peaks: z.array(z.number().check(z.minimum(0), z.maximum(1))).check(z.maxLength(2000)),
    duration: z.nullable(z.number().check(z.minimum(0))),
  }),
  z.object({ kind: z.literal('failed'), cause: z.enum(['too_large', 'timeout', 'unsupported', 'corrupt']) }),
]);
export type DecodeOutcome = z.infer<typeof DecodeOutcome>;

/** A helper that decoded a hostile picture is not to be believed: its answers are parsed. */
export const DecodeAnswer = z.object({
  id: z.int(),
  /** Memory of the helper after this task. */
  rssBytes: z.number(),
  outcome: DecodeOutcome,
});
export type DecodeAnswer = z.infer<typeof DecodeAnswer>;
