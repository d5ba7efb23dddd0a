/** What is known of the bytes behind a reference: the fields that `image.…`, `video.…` and `audio.…` read. */
import * as z from 'zod/mini';

/**
 * How much of a file an answer costs: nothing is asked · one HEAD · header bytes by ranges · the whole file.
 * `sign` costs no bytes of the file at all, but needs credentials.
 */
export const levels = ['none', 'sign', 'head', 'header', 'full'] as const;
/** One of the levels above. */
export const Level = z.enum(levels);
export type Level = z.infer<typeof Level>;

/**
 * Where an object of an archive class stands: its bytes are away, on their way back, or here as a copy `until` the provider removes it.
 * Absent for objects that are read at once.
 */
export const ArchiveState = z.object({
  state: z.enum(['archived', 'restoring', 'restored']),
  /** ISO 8601, UTC. */
  until: z.optional(z.string()),
});
export type ArchiveState = z.infer<typeof ArchiveState>;

/** What a HEAD answers. Sizes in bytes; `modified` as an ISO 8601 instant in UTC. */
export const RemoteFacts = z.object({
  size: z.nullable(z.number()),
  /** Declared type, without parameters; servers lie, so a probe looks at the bytes. */
  type: z.nullable(z.string()),
  /** Validator: ETag with its quotes, or the GCS generation. */
  etag: z.nullable(z.string()),
  modified: z.nullable(z.string()),
  /** Storage class such as `GLACIER`, where the provider says it. */
  storageClass: z.nullable(z.string()),
  archive: z.optional(ArchiveState),
  /** MD5 of the bytes in hex, where the provider says it and it is one: a multipart or key-encrypted object's ETag is none. */
  md5: z.optional(z.string()),
  /** Who was billed for the answer, where it is not the owner of the bucket. */
  billed: z.optional(z.literal('reader')),
});
export type RemoteFacts = z.infer<typeof RemoteFacts>;

/** Storage classes that answer only after hours, or at a price, by the names of S3 and GCS. */
const archiveClasses = new Set(['GLACIER', 'DEEP_ARCHIVE', 'ARCHIVE']);

/** True where the file is known to lie in an archive: it is read only when somebody asks for it. */
export function isArchived(remote: RemoteFacts | null): boolean {
  if (remote?.archive) return remote.archive.state !== 'restored';
  return remote !== null && remote.storageClass !== null && archiveClasses.has(remote.storageClass);
}

const number = z.nullable(z.number());
const text = z.nullable(z.string());

/**
 * What header bytes say. Null is "the file does not say", never zero. `width` and `height` are as displayed: EXIF orientation,
 * HEIF `irot`, video rotation and pixel aspect applied; `pixelWidth` and `pixelHeight` as stored. Durations in seconds.
 */
export const MediaFacts = z.object({
  kind: z.enum(['image', 'video', 'audio']),
  /** By content, never by extension: `jpeg`, `png`, `gif`, `webp`, `avif`, `heic`, `tiff`, `mp4`, `webm`, `mp3`, … */
  format: z.string(),
  mime: z.string(),
  width: number,
  height: number,
  pixelWidth: number,
  pixelHeight: number,
  /** EXIF orientation 1–8. */
  orientation: number,
  /** Colour mode in Pillow's words: `RGB`, `RGBA`, `L`, `LA`, `CMYK`, `P`, `1`. */
  mode: text,
  duration: number,
  fps: number,
  codec: text,
  /** Degrees clockwise to turn before showing: 0, 90, 180, 270. */
  rotation: number,
  hasAudio: z.nullable(z.boolean()),
  sampleRate: number,
  channels: number,
  /** Bits per second of the sound alone. */
  bitrate: number,
  title: text,
  artist: text,
  album: text,
  /** Everything the header says, as plain JSON, bounded. EXIF under `exif`, by the names of the standard. */
  metadata: z.record(z.string(), z.unknown()),
});
export type MediaFacts = z.infer<typeof MediaFacts>;

/** What an answer cost on the network. Reading from this computer costs nothing. */
export const Cost = z.object({ requests: z.int(), bytes: z.number() });
export type Cost = z.infer<typeof Cost>;
