/** Where an archived object stands, for the inspector. */
import type { RemoteFacts } from '../../../src-shared/model/media.ts';
import { formatInstant } from '../../app/format.ts';
import { words } from '../../app/words.ts';

/** One line, or null for an object that is read at once. */
export function archiveText({ archive }: Pick<RemoteFacts, 'archive'>): string | null {
  if (!archive) return null;
  if (archive.state !== 'restored') return words[archive.state];
  return archive.until === undefined ? words.restored : words.restoredUntil(formatInstant(archive.until));
}
