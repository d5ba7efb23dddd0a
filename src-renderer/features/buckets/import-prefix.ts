/** Imports what lies below a prefix, as a job that goes on when its sheet is closed. */
import type { ListingCount } from '../../../src-shared/contract/listing.ts';
import { say, sayError } from '../../app/notice-store.ts';
import { goTo } from '../../app/place-store.ts';
import type { Session } from '../../app/session.ts';
import { undoAction } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import type { ImportTarget } from '../import/drop-store.ts';
import { columnInto, newTable } from '../import/import-source.ts';
import { tableOf } from '../import/import-target.ts';

/** What the user chose. */
export interface PrefixChoice {
  readonly prefix: string;
  /** Empty: everything. */
  readonly glob: string;
  /** What was counted, from which kinds and names are guessed. */
  readonly count: Pick<ListingCount, 'kinds'>;
  readonly skipDuplicates: boolean;
  /** Name of a new table. */
  readonly name: string;
  /** Null: by kind; undefined: as guessed. */
  readonly column: string | null | undefined;
}

/** Begins it and shows the table it goes to. False where there is none to go to; what came of it is said later, whatever is shown then. */
export async function importPrefix(session: Session, target: ImportTarget, choice: PrefixChoice): Promise<boolean> {
  const known = tableOf(session, target);
  const folderId = target.kind === 'new' ? target.folderId : null;
  const into = known ?? (await newTable(session, choice.count, folderId, choice.name));
  if (!into) return false;
  const column = await columnInto(session, into, choice.count, choice.column);
  if (column === undefined) return false;
  goTo(session.place, { kind: 'table', tableId: into.id });
  void insert(session, into.id, column?.name ?? null, choice, { isNewTable: known === null });
  return true;
}

async function insert(
  session: Session,
  table: number,
  column: string | null,
  { prefix, glob, skipDuplicates }: PrefixChoice,
  { isNewTable }: { isNewTable: boolean },
): Promise<void> {
  const { client, notices } = session;
  const answer = await client.rows.insert({
    table,
    source: { kind: 'prefix', prefix, ...(glob === '' ? {} : { glob }) },
    ...(column === null ? {} : { column }),
    onError: 'ignore',
    skipDuplicates,
    compute: 'background',
  });
  if (answer.ok) {
    const { rows, values, errors, rejected } = answer.value;
    say(notices, words.imported(rows, values, errors + rejected.length), rows > 0 ? undoAction(session) : null);
    return;
  }
  if (answer.error.cause === 'cancelled') say(notices, words.importCancelled);
  else sayError(notices, answer.error);
  // A table that was made for these rows goes with them, unless somebody has put others in meanwhile.
  const now = isNewTable ? await client.tables.get({ table }) : null;
  if (now?.ok && now.value.rowCount === 0) await client.tables.drop({ table });
}
