/** Columns that belong to the view alone: expressions that are shown for the rows on screen and never stored. */
import type { Client } from '../../../src-shared/contract/contract.ts';
import type { Cell, Row } from '../../../src-shared/model/cell.ts';
import type { Level } from '../../../src-shared/model/media.ts';
import type { Column, ColumnType, RowId } from '../../../src-shared/model/table.ts';
import type { Session } from '../../app/session.ts';

/** A shown column. The one of the panel that is open is a preview: it costs header bytes at most and goes with the panel. */
export interface ShownColumn {
  readonly name: string;
  readonly expression: string;
  readonly type: ColumnType;
  readonly level: Level;
  readonly isPreview: boolean;
}

const waiting: Cell = { state: 'pending', value: null };
/** Rows of one question: what a screen shows. */
const mostRows = 100;

/** Values of shown columns for rows that were looked at. */
export class ShownCells {
  readonly #client: Client;
  readonly #tableId: number;
  readonly #columns: readonly ShownColumn[];
  readonly #onChange: () => void;
  readonly #cells = new Map<number, readonly Cell[]>();
  readonly #asked = new Set<number>();
  readonly #extended = new WeakMap<Row, { readonly cells: readonly Cell[]; readonly row: Row }>();
  readonly #waiting: readonly Cell[];
  #abort = new AbortController();

  constructor(options: { client: Client; tableId: number; columns: readonly ShownColumn[]; onChange: () => void }) {
    this.#client = options.client;
    this.#tableId = options.tableId;
    this.#columns = options.columns;
    this.#onChange = options.onChange;
    this.#waiting = options.columns.map(() => waiting);
  }

  /** The row with its shown cells; the same object as long as neither changed. */
  extend(row: Row): Row {
    const cells = this.#cells.get(row.rowId) ?? this.#waiting;
    const known = this.#extended.get(row);
    if (known?.cells === cells) return known.row;
    const extended = { rowId: row.rowId, cells: [...row.cells, ...cells] };
    this.#extended.set(row, { cells, row: extended });
    return extended;
  }

  /** Says which rows are on screen; those not known yet are asked for, dear expressions apart from cheap ones. */
  want(rowIds: readonly number[]): void {
    const missing = rowIds.filter((rowId) => !this.#cells.has(rowId) && !this.#asked.has(rowId)).slice(0, mostRows);
    if (missing.length === 0) return;
    for (const rowId of missing) this.#asked.add(rowId);
    void this.#ask(missing);
  }

  /** Values of these rows may be old; null is all. */
  forget(rowIds: readonly number[] | null): void {
    if (rowIds === null) this.#cells.clear();
    else for (const rowId of rowIds) this.#cells.delete(rowId);
  }

  /** Gives up what is asked. */
  close(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #ask(rowIds: readonly number[]): Promise<void> {
    const { signal } = this.#abort;
    const columns = await Promise.all(
      this.#columns.map(async ({ expression, level, isPreview }) => {
        const maxLevel = isPreview ? 'header' : level;
        const answer = await this.#client.columns.evaluate(
          { table: this.#tableId, expressions: [expression], rowIds: rowIds as RowId[], maxLevel },
          { signal },
        );
        return answer.ok ? answer.value.cells.map(([cell]) => cell ?? waiting) : null;
      }),
    );
    for (const rowId of rowIds) this.#asked.delete(rowId);
    if (signal.aborted) return;
    rowIds.forEach((rowId, index) => {
      this.#cells.set(
        rowId,
        columns.map((cells) => cells?.[index] ?? waiting),
      );
    });
    this.#onChange();
  }
}

/** A shown column as the grid draws it: computed, of no table. */
export function asColumn({ name, expression, type, level, isPreview }: ShownColumn, index: number): Column {
  return {
    id: -1 - index,
    name: isPreview ? `${name} · preview` : name,
    type,
    kind: 'computed',
    expression,
    isVolatile: false,
    level,
    revision: 0,
  };
}

/** Sets the shown columns of the open table. */
export function showColumns({ client, table }: Session, shown: readonly ShownColumn[]): void {
  const { table: now, shownCells } = table.getState();
  shownCells?.close();
  const cells =
    now && shown.length > 0
      ? new ShownCells({ client, tableId: now.id, columns: shown, onChange: () => table.setState((state) => ({ drawn: state.drawn + 1 })) })
      : null;
  table.setState((state) => ({ shown, shownCells: cells, drawn: state.drawn + 1 }));
}

/** Puts the panel's preview beside the shown columns, or takes it away. */
export function showPreview(session: Session, preview: ShownColumn | null): void {
  const kept = session.table.getState().shown.filter(({ isPreview }) => !isPreview);
  showColumns(session, preview ? [...kept, preview] : kept);
}
