/** The bytes of a file as they are, for players and pictures: by ranges, from the copy, the disk or upstream. */
import { fail } from '../../src-shared/model/error.ts';
import { looksLikeWebPage, webPageFailure } from '../cache/web-page.ts';
import type { Library } from '../library.ts';
import { sniffMime } from '../media/sniff-mime.ts';
import { type KnownReference, type MediaAnswer, type MediaRequest, notSatisfiable, strangerHeaders } from './media-request.ts';
import { rangeWithin, readRangeHeader } from './range-header.ts';

function isMediaType(type: string | null): type is string {
  return type !== null && /^(image|video|audio)\/[\w.+-]+$/.test(type);
}

/** Only media types are ever named; the rest is bytes, so that a page of a stranger is never shown as one. */
function safeType(type: string | null): string {
  return isMediaType(type) ? type : 'application/octet-stream';
}

interface Begun {
  readonly front: Uint8Array;
  readonly body: AsyncGenerator<Uint8Array>;
  /** Ends the answer: a body that nobody began to read cannot. */
  stop(): Promise<unknown>;
}

/** The first chunk, and a body that begins with it again. */
async function begin(chunks: AsyncIterable<Uint8Array>): Promise<Begun> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const front = first.done ? new Uint8Array(0) : first.value;
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      if (!first.done) yield front;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { front, body: body(), stop: async () => await iterator.return?.() };
}

/** How long the file is, by the copy, else by asking. */
async function factsOf({ bytes, stores }: Library, { reference, remote }: KnownReference, signal: AbortSignal) {
  const copy = bytes.copyOf(reference);
  if (copy) return { size: copy.bytes, type: remote?.type ?? null };
  return await stores.storeOf(reference).stat(reference, signal);
}

/**
 * One range, or the whole. The type is that of the header where a probe has read it, else what the server declares, else what the first
 * bytes say. Throws `corrupt` for an empty file and `unsupported` for a web page that came in its place.
 */
export async function answerOriginal(
  library: Library,
  known: KnownReference,
  { range: header, isHead, signal }: MediaRequest,
): Promise<MediaAnswer> {
  const { reference, facts } = known;
  const common = { ...strangerHeaders, 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-store' };
  if (isHead) {
    const { size, type } = await factsOf(library, known, signal);
    const length = size === null ? {} : { 'Content-Length': String(size) };
    return { status: 200, headers: { ...common, ...length, 'Content-Type': safeType(facts?.mime ?? type) }, body: null };
  }
  const asked = readRangeHeader(header);
  const knownSize =
    asked && 'last' in asked ? (await factsOf(library, known, signal)).size : (library.bytes.copyOf(reference)?.bytes ?? null);
  const isUnknownEnd = asked !== null && 'last' in asked && knownSize === null;
  const within = knownSize === null ? null : rangeWithin(asked, knownSize);
  if (within === 'beyond' && knownSize !== null && knownSize > 0) return notSatisfiable(knownSize);
  // A file that is not there to be measured is asked for what was asked of us, and says its size itself.
  const range = within === 'beyond' ? null : (within ?? (isUnknownEnd || !asked || 'last' in asked ? null : asked));
  // A later part must be of the file whose front was read; one that has changed is an error, and then it is looked at anew.
  const ifMatch = range && range.start > 0 ? (known.remote?.etag ?? null) : null;
  const answer = await library.bytes.stream(reference, { range, ...(ifMatch === null ? {} : { ifMatch }), signal });
  const { size, remote } = answer;
  if (size === 0) throw fail('corrupt', { message: 'The file is empty.', next: 'Get the file again.' });
  if (range && size !== null && range.start >= size) return notSatisfiable(size);
  const { front, body, stop } = await begin(answer.body);
  const isStart = (range?.start ?? 0) === 0;
  if (isStart && looksLikeWebPage(front)) {
    await stop();
    throw webPageFailure();
  }
  const declared = isMediaType(remote.type) ? remote.type : isStart ? sniffMime(front) : null;
  const headers = { ...common, 'Content-Type': safeType(facts?.mime ?? declared), ...(remote.etag === null ? {} : { ETag: remote.etag }) };
  if (!range || size === null) {
    return { status: 200, headers: { ...headers, ...(size === null ? {} : { 'Content-Length': String(size) }) }, body };
  }
  const end = Math.min(range.end ?? size, size);
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${range.start}-${end - 1}/${size}`, 'Content-Length': String(end - range.start) },
    body,
  };
}
