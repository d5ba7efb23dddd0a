/** Which rows of a table are meant. */
import type { RowSelection } from '../../src-shared/contract/table-reference.ts';
import type { SqlForm } from '../../src-shared/expression/expression.ts';
import type { Table } from '../../src-shared/model/table.ts';
import type { Database } from './database.ts';
import { rowCondition } from './row-condition.ts';
import { isVisible } from './stored-cells.ts';

/** SQL that is true for those of the selected rows that a user sees. The row's alias is `t`. Fails with `expression`. */
export function selectedRows(database: Database, table: Table, selection: RowSelection): SqlForm {
  const chosen: SqlForm =
    'rowIds' in selection
      ? { sql: 't.id IN (SELECT value FROM json_each(?))', parameters: [JSON.stringify(selection.rowIds)] }
      : rowCondition(database, table, selection.where);
  return { sql: `${chosen.sql} AND ${isVisible(table.id)}`, parameters: chosen.parameters };
}
