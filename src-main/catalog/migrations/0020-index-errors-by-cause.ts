import type { Migration } from '../migrate.ts';

/** Errors are counted and listed by cause: without it, counting a million of them reads all their sentences. */
export const indexErrorsByCause: Migration = {
  number: 20,
  name: '0020-index-errors-by-cause',
  oldestReader: 10,
  sql: 'CREATE INDEX cell_error_cause ON cell_error(column_id, cause, row_id);',
};
