/** Which rows a view has, in its order. */

import type { TableReference } from '../../src-shared/contract/table-reference.ts';
import type { OrderKey } from '../../src-shared/contract/views.ts';
import type { Database } from './database.ts';
import { Moved } from './port-rpc.ts';
import { rowCondition, rowExpression } from './row-condition.ts';
import { isVisible, sqlTable } from './stored-cells.ts';
import { findTable } from './tree.ts';

/** What a view shows. */
export interface ViewQuery {
  readonly table: TableReference;
  readonly filter: string | null;
  readonly order: OrderKey[];
}

/** A view's rows as they stand. `rowIds` are ids as doubles, which hold every id exactly. `reads`: what it has to be read again for. */
export interface ViewRows {
  readonly tableId: number;
  readonly rowIds: Float64Array<ArrayBuffer>;
  readonly total: number;
  readonly reads: { columnIds: number[]; facts: boolean };
}

/** Reads a view's rows: filtered, by the order's keys with NULLs last in both directions, then by id. Fails with `unknown_name` and `expression`. */
export function readView(database: Database, query: ViewQuery): Moved<ViewRows> {
  return database.read(() => {
    const table = findTable(database, query.table);
    const filter = query.filter === null || query.filter.trim() === '' ? null : rowCondition(database, table, query.filter);
    const keys = query.order.map((key) => ({
      ...rowExpression(database, table, key.by),
      direction: key.direction === 'desc' ? 'DESC' : 'ASC',
    }));
    const statement = database.sqlite
      .prepare<(string | number | null)[], number>(
        `SELECT t.id FROM ${sqlTable(table.id)} AS t WHERE ${isVisible(table.id)} ${filter ? `AND ${filter.sql}` : ''}
         ORDER BY ${keys.map((key) => `${key.sql} ${key.direction} NULLS LAST, `).join('')}t.id`,
      )
      .pluck();
    const found = statement.all(...(filter?.parameters ?? []), ...keys.flatMap((key) => key.parameters));
    const rowIds = Float64Array.from(found);
    const all = [filter, ...keys].flatMap((form) => (form ? [form.reads] : []));
    const reads = { columnIds: [...new Set(all.flatMap((read) => read.columnIds))], facts: all.some((read) => read.facts) };
    return new Moved({ tableId: table.id, rowIds, total: table.rowCount, reads }, [rowIds.buffer]);
  });
}
