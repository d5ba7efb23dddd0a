/** The deeds a change is made of, as they are stored. */
import type { Level } from '../../src-shared/model/media.ts';
import type { ColumnType } from '../../src-shared/model/table.ts';

/** A folder's or table's place. */
export interface Place {
  readonly name: string;
  readonly folderId: number | null;
}

/** What an edit of a column can change. */
export interface ColumnDefinition {
  readonly name: string;
  readonly expression: string | null;
  readonly type: ColumnType;
  readonly level: Level | null;
  readonly isVolatile: boolean;
  readonly reads: number[];
}

/** One deed of a change. `by` of a restore is the change that had removed it. */
export type Step =
  | { kind: 'addFolder'; folderId: number }
  | { kind: 'addTable'; tableId: number }
  | { kind: 'addColumn'; tableId: number; columnId: number }
  | { kind: 'insertRows'; tableId: number; firstRowId: number; lastRowId: number }
  | { kind: 'removeFolder'; folderId: number; name: string; from: string; rows: number }
  | { kind: 'removeTable'; tableId: number; name: string; from: string; rows: number }
  | { kind: 'removeColumn'; tableId: number; columnId: number; name: string; from: string; rows: number }
  | { kind: 'removeRows'; tableId: number; name: string; from: string; rows: number }
  | { kind: 'restoreFolder'; folderId: number; by: number }
  | { kind: 'restoreTable'; tableId: number; by: number }
  | { kind: 'restoreColumn'; tableId: number; columnId: number; by: number }
  | { kind: 'restoreRows'; tableId: number; by: number; rowIds: number[] }
  | { kind: 'placeFolder'; folderId: number; before: Place; after: Place }
  | { kind: 'placeTable'; tableId: number; before: Place; after: Place }
  | { kind: 'editColumn'; tableId: number; columnId: number; before: ColumnDefinition; after: ColumnDefinition; isSameMeaning: boolean }
  | { kind: 'updateCells'; tableId: number };
