/** What a killed process and who kills it agree on: which objects there are, what the process is told, and what it says. */
import * as z from 'zod/mini';
import type { StoredObject } from '../servers/stored-object.ts';
import { versionedObject } from './versioned-objects.ts';

export const objects = 36;
/** At most; each is served for a while, from version 0 on. */
export const versions = 6;

export const DyingTask = z.object({
  library: z.string(),
  origin: z.string(),
  seed: z.int(),
  limit: z.number(),
  /** The limit is far below the sum of all objects, and files are cleared and dropped. */
  isTight: z.boolean(),
});
export type DyingTask = z.infer<typeof DyingTask>;

export const Said = z.discriminatedUnion('kind', [
  /** The whole file is here, and stays as long as nothing is evicted. */
  z.object({ kind: z.literal('held'), object: z.int() }),
  /** It may go from now on. */
  z.object({ kind: z.literal('dropping'), object: z.int() }),
  /** Whether it is kept is not sure from now on. */
  z.object({ kind: z.literal('keeping'), object: z.int() }),
  z.object({ kind: z.literal('kept'), object: z.int(), isKept: z.boolean() }),
  /** Something was refused, in the words of the product. */
  z.object({ kind: z.literal('failed'), cause: z.string(), message: z.string() }),
  /** What must never be. */
  z.object({ kind: z.literal('wrong'), what: z.string() }),
  z.object({ kind: z.literal('step') }),
]);
export type Said = z.infer<typeof Said>;

export function pathOf(object: number): string {
  return `/shots/IMG_${object}.jpg`;
}

/** 5 KB to 405 KB. */
export function sizeOf(object: number): number {
  return 5_000 + ((object * 7919) % 41) * 10_007;
}

/** Every ninth object has a weak ETag, every ninth none and no time: these have one version only, since nothing would tell another. */
export function isVersioned(object: number): boolean {
  return object % 9 < 7;
}

/** The object as it is served. */
export function served(object: number, version: number): StoredObject {
  const about = object % 9 === 7 ? { etag: `W/"${object}"` } : object % 9 === 8 ? { etag: null, modified: null } : {};
  return versionedObject(object, version, sizeOf(object), about);
}
