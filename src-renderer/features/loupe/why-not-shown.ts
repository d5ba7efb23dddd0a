/** Why what was to be shown could not be: the file is asked once more, since a picture or player element only knows that it failed. */
import type { Look } from '../../../src-shared/contract/files.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';

/** What failed: a picture of the file or the file itself, or a player, whose `isRefused` says that it did not even begin. */
export type Failed = { readonly what: 'media' | 'rendition' } | { readonly what: 'player'; readonly isRefused: boolean };

/** Null where one moved on meanwhile. */
export async function whyNotShown(
  { client }: Session,
  referenceId: number,
  look: Look | null,
  failed: Failed,
  signal: AbortSignal,
): Promise<VitrineError | null> {
  const asked = await client.files.ask({ referenceId, level: 'head' }, { signal });
  if (signal.aborted) return null;
  if (!asked.ok) return asked.error;
  const before = look?.remote?.etag ?? null;
  const { etag } = asked.value.remote;
  if (before !== null && etag !== null && etag !== before) {
    return { cause: 'input_failed', message: words.fileChanged, next: words.loadAgain };
  }
  if (failed.what === 'rendition') {
    const made = await client.files.thumbnailError({ referenceId, edge: 1024 }, { signal });
    if (signal.aborted) return null;
    if (made.ok && made.value.error) return made.value.error;
  }
  const codec = look?.facts?.codec;
  if (failed.what === 'player' && failed.isRefused && look?.facts && codec) return codecError(look.facts.kind, codec);
  return failed.what === 'player'
    ? { cause: 'corrupt', message: words.cannotBePlayed, next: words.getAgain }
    : { cause: 'corrupt', message: words.cannotBeDrawn, next: words.getAgain };
}

/** Said of a film or sound whose codec the page lacks. */
export function codecError(kind: 'image' | 'video' | 'audio', codec: string): VitrineError {
  return { cause: 'unsupported', message: words.codecMissing(kind, codec), next: words.playElsewhere };
}
