/** Thumbnails, posters, renditions and media by opaque id, with ranges: the same answer on loopback and under `vitrine-media:`. */
import { type ErrorCause, Failure, fail } from '../../src-shared/model/error.ts';
import { ThumbnailEdge } from '../../src-shared/model/thumbnail.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Library } from '../library.ts';
import { type KnownReference, type MediaAnswer, type MediaRequest, notSatisfiable, strangerHeaders } from './media-request.ts';
import { answerOriginal } from './original-answer.ts';
import { answerProxy } from './proxy-answer.ts';
import { rangeWithin, readRangeHeader } from './range-header.ts';

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

/** What is slow or dear to read. */
const onlyWhenAsked: ReadonlySet<ErrorCause> = new Set(['archived', 'requester_pays']);

const routes = /^(thumbnail|media|poster-source|rendition|proxy)\/(\d{1,15})(?:\/(\d{1,4}))?$/;

/** True for paths (with their first slash) that are answered here, if only by 404. */
export function isMediaPath(path: string): boolean {
  return /^\/(thumbnail|media|poster-source|rendition|proxy)\//.test(path);
}

/**
 * Answers `thumbnail/{id}/{edge}`, `poster-source/{id}`, `rendition/{id}`, `proxy/{id}` and `media/{id}`; any other path is 404. `again` in the query
 * asks once more for a thumbnail whose failure is remembered, `asked` also for what looking may not fetch. Never throws expected failures: they become a status and
 * `X-Vitrine-Cause`, without words of the address.
 */
export async function answerMedia(library: Library, request: MediaRequest): Promise<MediaAnswer> {
  const [, route, id, edgeText] = routes.exec(request.path) ?? [];
  const edge = ThumbnailEdge.safeParse(Number(edgeText));
  if (route === undefined || (route === 'thumbnail') !== edge.success || (edgeText !== undefined && route !== 'thumbnail')) {
    return { status: 404, headers: {}, body: null };
  }
  try {
    const known = await knownReference(library, Number(id));
    if (edge.success) return await thumbnail(library, known, edge.data, request);
    if (route === 'media') return await answerOriginal(library, known, request);
    if (route === 'proxy') return await answerProxy(library, known, request);
    const asking = { signal: request.signal, priority: 'visible' } as const;
    if (route === 'rendition') return made(await library.media.rendition(known.reference, asking), 'no-store', null);
    return made(await library.media.posterSource(known.reference, asking), 'private, max-age=300', request.range);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      if (!request.signal.aborted) library.log.bug('media could not be answered', thrown);
      return { status: 500, headers: {}, body: null };
    }
    return {
      status: statusOfCause[thrown.error.cause] ?? 502,
      headers: { ...strangerHeaders, 'Cache-Control': 'no-store', 'X-Vitrine-Cause': thrown.error.cause },
      body: null,
    };
  }
}

async function knownReference({ catalog }: Library, id: number): Promise<KnownReference> {
  const [found] = await catalog.references.get([id]);
  if (!found) throw fail('unknown_name', { message: `There is no reference ${id}.`, next: null });
  const [known] = await catalog.references.factsOf([id]);
  return { id, reference: storedReference(found), remote: known?.remote ?? null, facts: known?.facts ?? null, error: known?.error ?? null };
}

async function thumbnail(
  { media, catalog, log }: Library,
  { id, reference, remote, facts, error }: KnownReference,
  edge: ThumbnailEdge,
  { query, signal }: MediaRequest,
): Promise<MediaAnswer> {
  /** Nobody waits, and a library for reading only does without. */
  function remember(learnt: Pick<KnownReference, 'remote' | 'facts' | 'error'>): void {
    catalog.references.putFacts([{ referenceId: id, ...learnt, askedAt: new Date().toISOString() }]).catch((thrown: unknown) => {
      if (!(thrown instanceof Failure)) log.bug('facts could not be remembered', thrown);
    });
  }
  const asked = new URLSearchParams(query);
  try {
    const picture = await media.thumbnail(reference, {
      ...{ edge, signal, known: remote, knownError: error, priority: 'visible' },
      ...{ again: asked.has('again') || asked.has('asked'), isAsked: asked.has('asked') },
      onProbe(probe) {
        // What was read on the way is remembered: a tile learns its shape.
        if (error || !facts || remote?.etag !== probe.remote.etag) remember({ remote: probe.remote, facts: probe.facts, error: null });
      },
    });
    return made(picture, 'private, max-age=300', null);
  } catch (thrown) {
    // So that it is not asked for again by looking, also after a restart.
    if (thrown instanceof Failure && onlyWhenAsked.has(thrown.error.cause) && !thrown.error.details?.waits) {
      remember({ remote, facts, error: thrown.error });
    }
    throw thrown;
  }
}

/** Bytes that were made here, whole or the part that was asked for. */
function made({ bytes, mime }: { bytes: Uint8Array; mime: string }, cacheControl: string, rangeHeader: string | null): MediaAnswer {
  const headers = { ...strangerHeaders, 'Content-Type': mime, 'Cache-Control': cacheControl };
  const range = rangeWithin(readRangeHeader(rangeHeader), bytes.byteLength);
  if (range === 'beyond') return notSatisfiable(bytes.byteLength);
  if (range === null) return { status: 200, headers: { ...headers, 'Content-Length': String(bytes.byteLength) }, body: bytes };
  return {
    status: 206,
    headers: {
      ...headers,
      'Accept-Ranges': 'bytes',
      'Content-Range': `bytes ${range.start}-${range.end - 1}/${bytes.byteLength}`,
      'Content-Length': String(range.end - range.start),
    },
    body: bytes.subarray(range.start, range.end),
  };
}
