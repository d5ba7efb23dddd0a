/** What travels between the pool and a decode helper. */
import * as z from 'zod/mini';

/** A helper that takes more than this ends itself with `memoryExitCode`. */
export const memoryLimitBytes = 1.5 * 1024 ** 3;
/** Exit code of a helper that used more memory than it may. */
export const memoryExitCode = 86;

/** `input` is a path of this computer: the helper reads it itself. */
export interface DecodeRequest {
  readonly id: number;
  readonly input: string;
  readonly edge: number;
}

/** A helper that decoded a hostile picture is not to be believed: its answers are parsed. */
export const DecodeAnswer = z.object({
  id: z.int(),
  /** Memory of the helper after this picture. */
  rssBytes: z.number(),
  outcome: z.discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      bytes: z.instanceof(Uint8Array).check(z.refine((bytes: Uint8Array) => bytes.length <= 4 * 1024 * 1024)),
      mime: z.enum(['image/jpeg', 'image/webp']),
      width: z.int().check(z.positive()),
      height: z.int().check(z.positive()),
    }),
    z.object({ ok: z.literal(false), cause: z.enum(['too_large', 'timeout', 'unsupported', 'corrupt']) }),
  ]),
});
export type DecodeAnswer = z.infer<typeof DecodeAnswer>;
