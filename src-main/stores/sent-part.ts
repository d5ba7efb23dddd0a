/** Which bytes of an object an answer holds, and that exactly those come: no store passes on a body that is silently short or long. */
import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { contentRangeOf } from './http-answer.ts';
import { changedUpstream } from './network-failure.ts';
import type { ByteRange } from './store.ts';

/** What the head of an answer says of its body, whatever store it came from. */
export interface SentHead {
  /** For the sentences. */
  readonly host: string;
  readonly status: number;
  /** Content-Range, read; null where it is missing or is no range of bytes. */
  readonly range: ReturnType<typeof contentRangeOf>;
  /** Content-Length; null where there is none, or where it is not that of the bytes as they are passed on (decoded bodies). */
  readonly length: number | null;
}

/** Where the bytes of a body lie in the object, half-open. Null is what the answer does not say. */
export interface SentPart {
  readonly host: string;
  readonly start: number;
  readonly end: number | null;
  readonly size: number | null;
  /** All of the object was sent, whatever was asked for. */
  readonly isWhole: boolean;
}

/**
 * The part that an answer with 200 or 206 holds. Throws `server_error` where it does not say so, contradicts itself, or holds none of
 * what was asked for; a part that begins earlier is as good.
 */
export function sentPart({ host, status, range, length }: SentHead, wanted: ByteRange): SentPart {
  if (status !== 206) return { host, start: 0, end: length, size: length, isWhole: true };
  if (range === null || range.start === null) throw otherBytes(host, status);
  const { start, end, size } = range;
  const isWrong = end <= start || (size !== null && end > size) || (length !== null && length !== end - start);
  if (isWrong || start > wanted.start || end <= wanted.start) throw otherBytes(host, status);
  return { host, start, end, size, isWhole: false };
}

/**
 * The bytes of a body that were asked for, and where they begin: at the start of the range, or of the part where that `mayBeginEarlier`; then
 * it goes on to its own end: what ended where the range does could not be told from an object that ends there.
 * The body throws `server_error` where it ends before it should or goes on after it. One that ends where its part does is read to its own
 * end, so that the connection can be used again.
 */
export function exactBytes(
  chunks: AsyncIterable<Uint8Array>,
  part: SentPart,
  wanted: ByteRange,
  mayBeginEarlier: boolean,
): { readonly start: number; readonly body: AsyncGenerator<Uint8Array>; readonly isWhole: boolean } {
  const start = mayBeginEarlier ? part.start : wanted.start;
  const isAll = mayBeginEarlier && (part.isWhole || start < wanted.start);
  const end = isAll ? Number.POSITIVE_INFINITY : (wanted.end ?? Number.POSITIVE_INFINITY);
  return { start, isWhole: part.isWhole, body: exactly(chunks, part, start, end) };
}

async function* exactly(chunks: AsyncIterable<Uint8Array>, part: SentPart, from: number, to: number): AsyncGenerator<Uint8Array> {
  const { host, size, end } = part;
  const least = Math.min(to, size ?? end ?? 0);
  const isReadOut = end !== null && end <= to;
  let position = part.start;
  for await (const chunk of chunks) {
    const piece = chunk.subarray(Math.max(0, from - position), Math.max(0, to - position));
    position += chunk.length;
    if (end !== null && position > end) throw otherBytes(host);
    if (piece.length > 0) yield piece;
    if (position >= to && !isReadOut) return;
  }
  if (position < least) {
    throw fail('server_error', { message: `${host} sent fewer bytes than it was asked for.`, next: 'Try again later.' });
  }
}

/**
 * Throws where an answer is not about the version that was asked for: `input_failed` where it names another, `server_error` where it names
 * none, as a page that says sorry does.
 */
export function checkVersion(host: string, asked: string | undefined, answered: string | null): void {
  if (asked === undefined || asked === answered) return;
  if (answered !== null) throw changedUpstream();
  throw fail('server_error', { message: `${host} did not say which version of the file it sent.`, next: 'Try again later.' });
}

function otherBytes(host: string, status?: number): Failure {
  return fail('server_error', {
    message: `${host} sent other bytes than it was asked for.`,
    next: 'Try again later.',
    ...(status === undefined ? {} : { details: { status } }),
  });
}
