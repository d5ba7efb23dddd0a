/** Where an import goes: a table, or a new one in a folder. */
import type { Preview } from '../../../src-shared/contract/rows.ts';
import type { Column, Table } from '../../../src-shared/model/table.ts';
import type { Session } from '../../app/session.ts';
import { folderHere } from '../tree/tree-actions.ts';
import type { ImportTarget } from './drop-store.ts';

/** The table that is open, or a new one where we are. */
export function targetHere(session: Session): ImportTarget {
  const now = session.place.getState().place;
  return now.kind === 'table' ? { kind: 'table', tableId: now.tableId } : { kind: 'new', folderId: folderHere(session) };
}

/** The table of a target, where it is one that exists. */
export function tableOf({ tree }: Session, target: ImportTarget): Table | null {
  return target.kind === 'table' ? (tree.getState().tables.find((table) => table.id === target.tableId) ?? null) : null;
}

/** A free name like the one wanted: `media`, `media 2`, … */
export function freeName({ tree }: Session, wanted: string, folderId: number | null): string {
  const { tables, folders } = tree.getState();
  const inside = [...tables.filter((table) => table.folderId === folderId), ...folders.filter((folder) => folder.parentId === folderId)];
  const taken = new Set(inside.map(({ name }) => name.toLowerCase()));
  let name = wanted;
  for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${wanted} ${number}`;
  return name;
}

/** Columns that references can go to. */
export function mediaColumns(table: Table | null): readonly Column[] {
  return table?.columns.filter((column) => column.kind === 'media') ?? [];
}

/** The one column all rows go to; null where each goes to the column of its kind, or where there is none. */
export function columnForAll(columns: readonly Column[], { kinds }: Pick<Preview, 'kinds'>): Column | null {
  return canGoByKind(columns, { kinds }) ? null : (columns.find((column) => column.type === kinds[0]) ?? columns[0] ?? null);
}

/** Whether each kind has one column of its own among several, or there is one for all kinds that takes the rest. */
export function canGoByKind(columns: readonly Column[], { kinds }: Pick<Preview, 'kinds'>): boolean {
  const isOne = (type: string) => columns.filter((column) => column.type === type).length === 1;
  return columns.length > 1 && kinds.every((kind) => isOne(kind) || isOne('media'));
}
