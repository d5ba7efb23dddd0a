/** Why what was to be shown could not be: the file is asked once more, since a picture or player element only knows that it failed. */
import type { Look } from '../../../src-shared/contract/files.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { canPlay, lackFor } from './plays-here.ts';

/** What failed: the file as a picture, a picture that is made of it, a player, or a player of a proxy. */
export type Failed = 'media' | 'rendition' | 'player' | 'proxy';

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
  // A player may fail before anything is known of the file. It was asked to play, so this is asked for too.
  const isKnown = look !== null && (look.facts !== null || look.error !== null);
  const looked = isKnown ? null : await client.files.look({ referenceId, asked: true }, { signal });
  if (signal.aborted) return null;
  const known = looked?.ok ? looked.value : look;
  const before = look?.remote?.etag ?? null;
  const { etag } = asked.value.remote;
  if (before !== null && etag !== null && etag !== before) {
    return { cause: 'input_failed', message: words.fileChanged, next: words.loadAgain };
  }
  if (failed === 'proxy') {
    return { cause: 'unsupported', message: words.proxyFailed, next: words.playElsewhere(known !== null && known.held !== 'none') };
  }
  if (failed === 'rendition') {
    const made = await client.files.thumbnailError({ referenceId, edge: 1024 }, { signal });
    if (signal.aborted) return null;
    if (made.ok && made.value.error) return made.value.error;
  }
  if (failed !== 'player') return { cause: 'corrupt', message: words.cannotBeDrawn, next: words.getAgain };
  return (known && lackError(known)) ?? { cause: 'corrupt', message: words.cannotBePlayed, next: words.getAgain };
}

/** Said of a film or sound for which the player lacks something; null where it lacks nothing. */
export function lackError({ facts, held }: Pick<Look, 'facts' | 'held'>): VitrineError | null {
  const lack = facts && lackFor(facts, canPlay);
  if (!facts || lack === null) return null;
  const message = lack === 'format' ? words.kindNotPlayed(facts.kind, facts.format) : words.codecMissing(facts.kind, facts.codec ?? '');
  return { cause: 'unsupported', message, next: words.playElsewhere(held !== 'none') };
}
