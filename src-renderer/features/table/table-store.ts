/** The open table: its view, what is selected and being edited. Rows themselves stay in `RowPages`. */
import { createStore } from 'zustand/vanilla';
import type { OrderKey, View } from '../../../src-shared/contract/views.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { Table } from '../../../src-shared/model/table.ts';
import type { RowPages } from './row-pages.ts';
import { noSelection, type Selection } from './selection.ts';
import type { ShownCells, ShownColumn } from './shown-columns.ts';

export interface TableState {
  readonly table: Table | null;
  readonly view: View | null;
  readonly pages: RowPages | null;
  /**
   * By how many places the rows on screen have moved since the view was opened. Whoever draws rows by their place less this keeps the
   * element of a row as long as it is on screen.
   */
  readonly shifted: number;
  /** Rows that landed above the screen, and the first place at which one did; null once somebody went there. */
  readonly newAbove: { readonly count: number; readonly from: number } | null;
  /** Rises whenever a page came: what is drawn from `pages` is drawn again. */
  readonly drawn: number;
  /** Expressions shown beside the stored columns, for this view alone. */
  readonly shown: readonly ShownColumn[];
  readonly shownCells: ShownCells | null;
  readonly order: readonly OrderKey[];
  /** As typed; the filter in force is made of it. */
  readonly filterText: string;
  readonly filterError: VitrineError | null;
  readonly error: VitrineError | null;
  readonly selection: Selection;
  /** A row that was gone to from elsewhere: it is brought on screen, takes the keyboard, and is forgotten. */
  readonly goneTo: { readonly row: number } | null;
  /** The cell being edited, by its place. */
  readonly editing: { readonly row: number; readonly column: number } | null;
  /** The column being renamed in its header. */
  readonly renaming: string | null;
  readonly widths: Readonly<Record<string, number>>;
}

/** No table open. */
export const noTable: TableState = {
  table: null,
  view: null,
  pages: null,
  shifted: 0,
  newAbove: null,
  drawn: 0,
  shown: [],
  shownCells: null,
  order: [],
  filterText: '',
  filterError: null,
  error: null,
  selection: noSelection,
  goneTo: null,
  editing: null,
  renaming: null,
  widths: {},
};

/** Makes the store of the open table. */
export function createTableStore() {
  return createStore<TableState>(() => noTable);
}
export type TableStore = ReturnType<typeof createTableStore>;

/** Least, first and most width of columns, in px. */
export const columnLimits = { min: 48, initial: 160, initialMedia: 280, maxFit: 480 } as const;

/** Width of a column in px: as dragged, or as it starts. */
export function widthOf(state: Pick<TableState, 'widths'>, column: { name: string; kind: string }): number {
  return state.widths[column.name] ?? (column.kind === 'media' ? columnLimits.initialMedia : columnLimits.initial);
}
