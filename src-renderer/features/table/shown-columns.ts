/** Columns that belong to the view alone: expressions that are shown for the rows on screen and never stored. */
import type { Client } from '../../../src-shared/contract/contract.ts';
import type { Cell, Row } from '../../../src-shared/model/cell.ts';
import type { Level } from '../../../src-shared/model/media.ts';
import type { Column, ColumnType, RowId } from '../../../src-shared/model/table.ts';

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
/** Rows of a preview whose values have to be fetched; nobody has asked for more by typing. */
const sampledRows = 5;

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
  readonly #sampled = new Set<number>();
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
    for (const rowId of rowIds) if (this.#sampled.size < sampledRows) this.#sampled.add(rowId);
    const columns = await Promise.all(
      this.#columns.map(async ({ expression, level, isPreview }) => {
        const maxLevel = isPreview ? 'header' : level;
        const isSampled = isPreview && level !== 'none';
        const asked = isSampled ? rowIds.filter((rowId) => this.#sampled.has(rowId)) : rowIds;
        if (asked.length === 0) return null;
        const answer = await this.#client.columns.evaluate(
          { table: this.#tableId, expressions: [expression], rowIds: asked as RowId[], maxLevel },
          { signal },
        );
        return answer.ok ? new Map(asked.map((rowId, index) => [rowId, withoutUrl(answer.value.cells[index]?.[0] ?? waiting)])) : null;
      }),
    );
    for (const rowId of rowIds) this.#asked.delete(rowId);
    if (signal.aborted) return;
    for (const rowId of rowIds) {
      this.#cells.set(
        rowId,
        columns.map((cells) => cells?.get(rowId) ?? waiting),
      );
    }
    this.#onChange();
  }
}

/** A signed URL is shown by the time it has left, never as text. */
function withoutUrl(cell: Cell): Cell {
  return cell.link ? { ...cell, value: null } : cell;
}

/** A shown column as the grid draws it: computed, of no table. */
export function asColumn({ name, expression, type, level, isPreview }: ShownColumn, index: number): Column {
  return {
    id: -1 - index,
    name: isPreview ? `${name} · preview` : name,
    type,
    kind: 'computed',
    expression,
    isVolatile: level === 'sign',
    level,
    revision: 0,
  };
}
