/** A film or sound that the window cannot play, as one that it can, streamed as it is made. */
import type { Library } from '../library.ts';
import { type KnownReference, type MediaAnswer, type MediaRequest, strangerHeaders } from './media-request.ts';

/** Codecs are a handful of short words. */
const longestList = 200;

/**
 * The query says `plays`, the codecs of the window with commas between, and `at`, where to begin in seconds; a player that seeks asks
 * again. The answer has no length and gives no ranges. It ends with its reader. Throws what `Media.proxy` and `Media.probe` throw.
 */
export async function answerProxy(
  { media }: Library,
  { reference, facts: known }: KnownReference,
  { query, isHead, signal }: MediaRequest,
): Promise<MediaAnswer> {
  const asked = new URLSearchParams(query);
  const at = Number(asked.get('at') ?? 0);
  const plays = new Set((asked.get('plays') ?? '').slice(0, longestList).split(','));
  const headers = { ...strangerHeaders, 'Accept-Ranges': 'none', 'Cache-Control': 'no-store' };
  if (isHead) return { status: 200, headers, body: null };
  const facts = known ?? (await media.probe(reference, { signal, priority: 'visible' })).facts;
  const { mime, body } = await media.proxy(reference, { facts, at: Number.isFinite(at) && at > 0 ? at : 0, plays, signal });
  return { status: 200, headers: { ...headers, 'Content-Type': mime }, body };
}
