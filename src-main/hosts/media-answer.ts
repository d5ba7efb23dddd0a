/** Thumbnails and media by opaque id, with ranges: the same answer on loopback and under `vitrine-media:`. */
import { type ErrorCause, Failure, fail } from '../../src-shared/model/error.ts';
import { ThumbnailEdge } from '../../src-shared/model/thumbnail.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Library } from '../library.ts';
import type { ByteRange } from '../stores/store.ts';
import { strangerPolicy } from './content-security-policy.ts';

/** An answer that a host can send. `body` is null for HEAD, errors and 416. */
export interface MediaAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | null;
}

const statusOfCause: Partial<Record<ErrorCause, number>> = {
  not_found: 404,
  unknown_name: 404,
  access_denied: 403,
  blocked_host: 403,
  expired_credentials: 403,
  no_credentials: 403,
  invalid_input: 400,
  unsupported: 415,
  corrupt: 415,
  too_large: 413,
  throttled: 503,
  timeout: 504,
};

const strangerHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': strangerPolicy,
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** `bytes=a-b`, `a-` or `-n`, one range; null where there is none that is understood (RFC 9110 section 14.2: then it is ignored). */
export function readRangeHeader(header: string | null | undefined): { start: number; end: number | null } | { last: number } | null {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!found) return null;
  const [, first = '', last = ''] = found;
  if (first === '') return last === '' ? null : { last: Number(last) };
  const start = Number(first);
  const end = last === '' ? null : Number(last) + 1;
  return end !== null && end <= start ? null : { start, end };
}

/** Answers `thumbnail/{id}/{edge}` and `media/{id}`; any other path is 404. Never throws expected failures: they become a status without words of the address. */
export async function answerMedia(
  library: Library,
  request: { path: string; range: string | null; signal: AbortSignal },
): Promise<MediaAnswer> {
  const found = /^(?:thumbnail\/(\d{1,15})\/(\d{1,4})|media\/(\d{1,15}))$/.exec(request.path);
  const edge = ThumbnailEdge.safeParse(Number(found?.[2]));
  if (!found || (found[2] !== undefined && !edge.success)) return { status: 404, headers: {}, body: null };
  try {
    const known = await referenceOf(library, Number(found[1] ?? found[3]));
    return edge.success
      ? await thumbnail(library, known.reference, edge.data, request.signal)
      : await media(library, known, request.range, request.signal);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      if (!request.signal.aborted) library.log.bug('media could not be answered', thrown);
      return { status: 500, headers: {}, body: null };
    }
    return {
      status: statusOfCause[thrown.error.cause] ?? 502,
      headers: { 'Cache-Control': 'no-store', 'X-Vitrine-Cause': thrown.error.cause },
      body: null,
    };
  }
}

interface KnownReference {
  readonly reference: Reference;
  /** By content, where a probe has looked. */
  readonly mime: string | null;
}

async function referenceOf({ catalog }: Library, id: number): Promise<KnownReference> {
  const [found] = await catalog.references.get([id]);
  if (!found) throw fail('unknown_name', { message: `There is no reference ${id}.`, next: null });
  const [known] = await catalog.references.factsOf([id]);
  return { reference: storedReference(found), mime: known?.facts?.mime ?? null };
}

async function thumbnail({ media: room }: Library, reference: Reference, edge: ThumbnailEdge, signal: AbortSignal): Promise<MediaAnswer> {
  const { bytes, mime } = await room.thumbnail(reference, { edge, signal, priority: 'visible' });
  return {
    status: 200,
    headers: {
      ...strangerHeaders,
      'Content-Type': mime,
      'Content-Length': String(bytes.byteLength),
      'Cache-Control': 'private, max-age=300',
    },
    body: bytes,
  };
}

/** Only media types are ever named; the rest is bytes, so that a page of a stranger is never shown as one. */
function safeType(type: string | null): string {
  return type !== null && /^(image|video|audio)\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
}

async function media(
  { bytes, stores }: Library,
  { reference, mime }: KnownReference,
  header: string | null,
  signal: AbortSignal,
): Promise<MediaAnswer> {
  const asked = readRangeHeader(header);
  let range: ByteRange | null = null;
  if (asked && 'last' in asked) {
    const { size } = await stores.storeOf(reference).stat(reference, signal);
    if (size !== null) range = { start: Math.max(0, size - asked.last), end: size };
  } else if (asked) range = asked;
  if (range) {
    const size = bytes.copyOf(reference)?.bytes ?? null;
    if (size !== null && range.start >= size) return notSatisfiable(size);
  }
  const answer = await bytes.stream(reference, { range, signal });
  const { size } = answer;
  if (range && size !== null && range.start >= size) return notSatisfiable(size);
  const headers: Record<string, string> = {
    ...strangerHeaders,
    'Content-Type': safeType(mime ?? answer.remote.type),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-store',
  };
  if (!range || size === null) {
    if (size !== null) headers['Content-Length'] = String(size);
    return { status: 200, headers, body: answer.body };
  }
  const end = Math.min(range.end ?? size, size);
  headers['Content-Range'] = `bytes ${range.start}-${end - 1}/${size}`;
  headers['Content-Length'] = String(end - range.start);
  return { status: 206, headers, body: answer.body };
}

function notSatisfiable(size: number): MediaAnswer {
  return { status: 416, headers: { 'Content-Range': `bytes */${size}` }, body: null };
}
