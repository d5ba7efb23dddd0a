/** Addresses in: understood first, then inserted, into a table that is there or a new one. */
import type { ImportSource, Preview } from '../../../src-shared/contract/rows.ts';
import type { Column, Table } from '../../../src-shared/model/table.ts';
import { say, sayError } from '../../app/notice-store.ts';
import { goTo } from '../../app/place-store.ts';
import type { Session } from '../../app/session.ts';
import { undoAction } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import type { ImportTarget } from './drop-store.ts';
import { columnForAll, freeName, mediaColumns, tableOf } from './import-target.ts';

/** What the user chose of an import; what is left out is guessed. */
export interface ImportChoice {
  readonly skipDuplicates: boolean;
  readonly useOffered: boolean;
  readonly skippedLines?: readonly number[];
  /** Name of a new table. */
  readonly name?: string;
  /** Name of the media column; null: each row to the column of its kind. */
  readonly column?: string | null;
}

/** The type of a new column for these kinds: their own where there is one, else one for all. */
function typeFor({ kinds }: Pick<Preview, 'kinds'>): 'image' | 'video' | 'audio' | 'media' {
  const [kind] = kinds;
  return kinds.length === 1 && kind !== undefined && kind !== 'unknown' ? kind : 'media';
}

/** Makes a table for these kinds; null, said, where it could not be made. */
export async function newTable(
  session: Session,
  preview: Pick<Preview, 'kinds'>,
  folderId: number | null,
  name: string,
): Promise<Table | null> {
  const parent = session.tree.getState().folders.find((folder) => folder.id === folderId)?.path;
  const type = typeFor(preview);
  const answer = await session.client.tables.create({ path: parent ? `${parent}/${name}` : name, columns: [{ name: type, type }] });
  if (answer.ok) return answer.value;
  sayError(session.notices, answer.error);
  return null;
}

/** The column rows go to, one that is made now where the table has none; null: by kind. Undefined where it could not be made. */
export async function columnInto(
  session: Session,
  table: Table,
  preview: Pick<Preview, 'kinds'>,
  chosen?: string | null,
): Promise<Column | null | undefined> {
  const columns = mediaColumns(table);
  if (chosen !== undefined) return columns.find((column) => column.name === chosen) ?? null;
  if (columns.length > 0) return columnForAll(columns, preview);
  const type = typeFor(preview);
  const answer = await session.client.columns.add({ table: table.id, name: type, type });
  if (answer.ok) return answer.value;
  sayError(session.notices, answer.error);
  return undefined;
}

/** Inserts what a preview holds. True where rows were inserted; what came of it is said either way. */
export async function insertPreview(session: Session, preview: Preview, target: ImportTarget, choice: ImportChoice): Promise<boolean> {
  const { client, notices, place } = session;
  const known = tableOf(session, target);
  const folderId = target.kind === 'new' ? target.folderId : null;
  const into = known ?? (await newTable(session, preview, folderId, choice.name ?? freeName(session, preview.suggestedName, folderId)));
  if (!into) return false;
  const hadColumn = mediaColumns(into).length > 0;
  const column = await columnInto(session, into, preview, choice.column);
  const made = (known ? 0 : 1) + (hadColumn || !column ? 0 : 1);
  if (column === undefined) return false;
  const answer = await client.rows.insert({
    table: into.id,
    source: {
      kind: 'preview',
      previewId: preview.previewId,
      useOffered: choice.useOffered,
      skippedLines: [...(choice.skippedLines ?? [])],
    },
    ...(column ? { column: column.name } : {}),
    onError: 'ignore',
    skipDuplicates: choice.skipDuplicates,
    compute: 'background',
  });
  if (!answer.ok) {
    if (answer.error.cause === 'cancelled') say(notices, words.importCancelled);
    else sayError(notices, answer.error);
    // What was made for this import goes with it.
    if (made > 0) await client.history.undo({ count: made });
    return false;
  }
  const { rows, values, errors, rejected } = answer.value;
  const changes = made + (rows > 0 ? 1 : 0);
  say(notices, words.imported(rows, values, errors + rejected.length), changes > 0 ? undoAction(session, changes) : null);
  goTo(place, { kind: 'table', tableId: into.id });
  session.table.getState().pages?.refresh(null);
  return rows > 0;
}

/** Imports a drop as the sheet would with nothing changed in it, without showing it. Where nothing in it can be read the reason is said. */
export async function importAtOnce(session: Session, source: ImportSource, target: ImportTarget): Promise<boolean> {
  const { client, notices } = session;
  const preview = await client.importing.preview({ source, ...(target.kind === 'table' ? { table: target.tableId } : {}) });
  if (!preview.ok) {
    sayError(notices, preview.error);
    return false;
  }
  const { all, rejected, previewId } = preview.value;
  if (all > rejected) return insertPreview(session, preview.value, target, { skipDuplicates: true, useOffered: true });
  const lines = await client.importing.previewLines({ previewId, start: 0, end: 1 });
  const reject = lines.ok ? lines.value[0]?.rejected : undefined;
  if (reject && all === 1) sayError(notices, { cause: 'invalid_url', message: reject.message, next: reject.next });
  else say(notices, words.nothingImported(rejected));
  return false;
}

/** Puts the sample tables into the library and goes to the first. */
export async function openSample(session: Session): Promise<void> {
  const answer = await session.client.library.openSample({});
  if (answer.ok) goTo(session.place, { kind: 'table', tableId: answer.value.tableId });
  else sayError(session.notices, answer.error);
}
