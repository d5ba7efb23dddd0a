/** Addresses in: understood first, then inserted, into the table that is open or a new one. */
import type { ImportSource, Preview } from '../../../src-shared/contract/rows.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { say, sayError } from '../../app/notice-store.ts';
import { goTo } from '../../app/place-store.ts';
import type { Session } from '../../app/session.ts';
import { undoAction } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import { folderHere } from '../tree/tree-actions.ts';

/** The table that is open, or null where a new one is to be made. */
export function tableHere({ place }: Session): number | null {
  const now = place.getState().place;
  return now.kind === 'table' ? now.tableId : null;
}

/** A free name like the one suggested: `media`, `media 2`, … */
function freeName(session: Session, wanted: string, folderId: number | null): string {
  const { tables, folders } = session.tree.getState();
  const taken = new Set(
    [...tables.filter((table) => table.folderId === folderId), ...folders.filter((folder) => folder.parentId === folderId)].map((one) =>
      one.name.toLowerCase(),
    ),
  );
  let name = wanted;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${wanted} ${number}`;
  return name;
}

async function newTable(session: Session, preview: Preview): Promise<number | null> {
  const folderId = folderHere(session);
  const parent = session.tree.getState().folders.find((folder) => folder.id === folderId)?.path;
  const name = freeName(session, preview.suggestedName, folderId);
  const [kind] = preview.kinds;
  const type = preview.kinds.length === 1 && kind !== undefined && kind !== 'unknown' ? kind : 'media';
  const answer = await session.client.tables.create({ path: parent ? `${parent}/${name}` : name, columns: [{ name: type, type }] });
  if (answer.ok) return answer.value.id;
  sayError(session.notices, answer.error);
  return null;
}

/** The one column all rows go to; null where each goes to the column of its kind. */
function columnForAll(columns: readonly Column[], { kinds }: Preview): Column | null {
  const media = columns.filter((column) => column.kind === 'media');
  const hasPlaceForAll =
    media.some((column) => column.type === 'media') || kinds.every((kind) => media.some((column) => column.type === kind));
  if (media.length > 1 && hasPlaceForAll) return null;
  return media.find((column) => column.type === kinds[0]) ?? media[0] ?? null;
}

/** Inserts what a preview holds. True where rows were inserted; what came of it is said either way. */
export async function insertPreview(
  session: Session,
  preview: Preview,
  tableId: number | null,
  how: { skipDuplicates: boolean; useOffered: boolean },
): Promise<boolean> {
  const { client, notices, place, table } = session;
  if (preview.all === preview.rejected) {
    say(notices, words.nothingImported(preview.rejected));
    return false;
  }
  const into = tableId ?? (await newTable(session, preview));
  if (into === null) return false;
  const columns = session.tree.getState().tables.find((one) => one.id === into)?.columns ?? [];
  const column = columnForAll(columns, preview);
  const answer = await client.rows.insert({
    table: into,
    source: { kind: 'preview', previewId: preview.previewId, useOffered: how.useOffered },
    ...(column ? { column: column.name } : {}),
    onError: 'ignore',
    skipDuplicates: how.skipDuplicates,
    compute: 'background',
  });
  if (!answer.ok) {
    if (answer.error.cause === 'cancelled') say(notices, words.importCancelled);
    else sayError(notices, answer.error);
    // A table that was made for this import goes with it.
    if (tableId === null) await client.history.undo({});
    return false;
  }
  const { rows, values, errors, rejected } = answer.value;
  say(notices, words.imported(rows, values, errors + rejected.length), undoAction(session, tableId === null ? 2 : 1));
  goTo(place, { kind: 'table', tableId: into });
  table.getState().pages?.refresh(null);
  return rows > 0;
}

/** Understands a source and inserts it at once, without asking: one line pasted, or a drop with Alt held. */
export async function importAtOnce(session: Session, source: ImportSource): Promise<boolean> {
  const into = tableHere(session);
  const preview = await session.client.importing.preview({ source, ...(into === null ? {} : { table: into }) });
  if (preview.ok) return insertPreview(session, preview.value, into, { skipDuplicates: false, useOffered: true });
  sayError(session.notices, preview.error);
  return false;
}

/** Puts the sample tables into the library and goes to the first. */
export async function openSample(session: Session): Promise<void> {
  const answer = await session.client.library.openSample({});
  if (answer.ok) goTo(session.place, { kind: 'table', tableId: answer.value.tableId });
  else sayError(session.notices, answer.error);
}
