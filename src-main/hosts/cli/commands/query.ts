/** `query`: the rows of a table, filtered, ordered, with expressions that are shown and not stored. */
import type { Command } from 'commander';
import type { Client } from '../../../../src-shared/contract/contract.ts';
import type { OrderKey } from '../../../../src-shared/contract/views.ts';
import { parseOrder, parseSelectList } from '../../../../src-shared/expression/select-list.ts';
import type { Cell, CellValue, Row } from '../../../../src-shared/model/cell.ts';
import { Failure, fail } from '../../../../src-shared/model/error.ts';
import type { RowId, Table } from '../../../../src-shared/model/table.ts';
import { type Begin, type CommandRun, valueOrThrow } from '../command-run.ts';
import { alignedTable, counted, csvField, readCount, shownValue } from '../text.ts';

/** Rows of a page: few enough to be there at once, many enough that a million rows take two thousand calls. */
const pageRows = 500;

interface QueryOptions {
  select?: string;
  where?: string;
  order?: string;
  limit?: string;
  offset?: string;
  ndjson?: true;
  csv?: true;
}

/** A column of the answer: stored, by its place in the row, or an expression, by its place among the evaluated ones. */
interface Shown {
  readonly name: string;
  readonly stored: number | null;
  readonly evaluated: number;
}

interface ShownRow {
  readonly cells: readonly Cell[];
}

function planColumns(table: Table, select: string | undefined): { columns: Shown[]; expressions: string[] } {
  if (select === undefined)
    return { columns: table.columns.map(({ name }, index) => ({ name, stored: index, evaluated: -1 })), expressions: [] };
  const expressions: string[] = [];
  const columns = parseSelectList(select).map(({ name, expression }) => {
    const stored = table.columns.findIndex((column) => column.name === expression.trim());
    if (stored >= 0) return { name, stored, evaluated: -1 };
    expressions.push(expression);
    return { name, stored: null, evaluated: expressions.length - 1 };
  });
  return { columns, expressions };
}

/** What a cell prints as: media as the address that was typed. */
function printed(cell: Cell): CellValue {
  if (cell.media) return cell.media.typed;
  return cell.state === 'error' || cell.state === 'pending' || cell.state === 'running' ? null : cell.value;
}

function jsonRow(columns: readonly Shown[], { cells }: ShownRow): object {
  const named = columns.map(({ name }, index) => ({ name, cell: cells[index] }));
  const errors = named.flatMap(({ name, cell }) =>
    cell?.error ? [[name, { cause: cell.error.cause, message: cell.error.message, next: cell.error.next }]] : [],
  );
  const pending = named.flatMap(({ name, cell }) => (cell?.state === 'pending' || cell?.state === 'running' ? [name] : []));
  return {
    ...Object.fromEntries(named.map(({ name, cell }) => [name, cell ? printed(cell) : null])),
    ...(errors.length > 0 ? { errors: Object.fromEntries(errors) } : {}),
    ...(pending.length > 0 ? { pending } : {}),
  };
}

function textCell(cell: Cell | undefined): string {
  if (!cell) return '';
  if (cell.error) return `! ${cell.error.cause}`;
  return cell.state === 'pending' || cell.state === 'running' ? '·' : shownValue(printed(cell));
}

/** The rows from `offset` on, at most `limit`, page by page. */
async function* readRows(
  client: Client,
  table: Table,
  options: {
    where: string | undefined;
    order: OrderKey[];
    offset: number;
    limit: number;
    columns: Shown[];
    expressions: string[];
    signal: AbortSignal;
  },
): AsyncGenerator<ShownRow[]> {
  const { columns, expressions, signal } = options;
  const view = valueOrThrow(
    await client.views.open({
      table: table.id,
      ...(options.where === undefined ? {} : { filter: options.where }),
      ...(options.order.length > 0 ? { order: options.order } : {}),
    }),
  );
  try {
    const last = Math.min(view.rowCount, options.offset + options.limit);
    for (let start = options.offset; start < last; start += pageRows) {
      const end = Math.min(start + pageRows, last);
      const { rows } = valueOrThrow(await client.views.page({ viewId: view.viewId, start, end, withLinks: true }, { signal }));
      const evaluated = expressions.length === 0 ? [] : await evaluate(client, table, expressions, rows, signal);
      yield rows.map((row, index) => ({
        cells: columns.map(({ stored, evaluated: place }) => cellAt(stored === null ? evaluated[index]?.[place] : row.cells[stored])),
      }));
    }
  } finally {
    await client.views.close({ viewId: view.viewId });
  }
}

function cellAt(cell: Cell | undefined): Cell {
  return cell ?? { state: 'ok', value: null };
}

async function evaluate(client: Client, table: Table, expressions: string[], rows: readonly Row[], signal: AbortSignal): Promise<Cell[][]> {
  const rowIds = rows.map(({ rowId }) => rowId as number as RowId);
  return valueOrThrow(await client.columns.evaluate({ table: table.id, expressions, rowIds, maxLevel: 'full' }, { signal })).cells;
}

/** The keys of --order; a name of --select stands for its expression. */
function readOrder({ order, select }: QueryOptions): OrderKey[] {
  if (order === undefined) return [];
  const named = new Map((select === undefined ? [] : parseSelectList(select)).map(({ name, expression }) => [name, expression]));
  return parseOrder(order).map((key) => ({ ...key, by: named.get(key.by) ?? key.by }));
}

async function query(run: CommandRun, path: string, options: QueryOptions): Promise<void> {
  if ([run.isJson, options.ndjson, options.csv].filter(Boolean).length > 1) {
    throw fail('invalid_input', { message: 'Choose one of --json, --ndjson and --csv.' });
  }
  const { out, whenDrained, signal } = run.surroundings;
  const limit = options.limit === undefined ? Number.MAX_SAFE_INTEGER : readCount(options.limit, '--limit');
  const offset = options.offset === undefined ? 0 : readCount(options.offset, '--offset');
  const client = await run.client();
  const table = valueOrThrow(await client.tables.get({ table: path }));
  const { columns, expressions } = planColumns(table, options.select);
  for (const expression of expressions) {
    const { error } = valueOrThrow(await client.columns.check({ table: table.id, expression }));
    if (error) throw new Failure(error);
  }
  const pages = readRows(client, table, { where: options.where, order: readOrder(options), offset, limit, columns, expressions, signal });
  const names = columns.map(({ name }) => name);
  if (run.isJson) {
    let written = '[';
    for await (const page of pages) {
      run.beginStream();
      for (const row of page) {
        out(`${written}${JSON.stringify(jsonRow(columns, row))}`);
        written = ',';
      }
      await whenDrained();
    }
    out(written === '[' ? '[]\n' : ']\n');
  } else if (options.ndjson) {
    for await (const page of pages) {
      for (const row of page) out(`${JSON.stringify(jsonRow(columns, row))}\n`);
      await whenDrained();
    }
  } else if (options.csv) {
    out(`${names.map(csvField).join(',')}\r\n`);
    for await (const page of pages) {
      for (const { cells } of page) out(`${cells.map((cell) => csvField(printed(cell))).join(',')}\r\n`);
      await whenDrained();
    }
  } else {
    let rows = 0;
    for await (const page of pages) {
      // Each page is aligned by itself, so that the first is seen before the last is read.
      const [heads = '', ...lines] = alignedTable(
        names,
        page.map(({ cells }) => cells.map(textCell)),
      );
      if (rows === 0) out(`${heads}\n`);
      for (const line of lines) out(`${line}\n`);
      rows += page.length;
      await whenDrained();
    }
    if (rows === 0) run.say('No rows.');
    else if (run.surroundings.isTerminal) run.surroundings.err(`${counted(rows, 'row')}\n`);
  }
}

/** Adds `query`. */
export function addQueryCommand(program: Command, begin: Begin): void {
  program
    .command('query <path>')
    .description('print rows; expressions in --select are computed for these rows and not stored')
    .option('--select <list>', "columns and named expressions, such as 'image, area: width * height'")
    .option('--where <expression>', 'only rows for which this is true')
    .option('--order <list>', "such as 'width desc, name'")
    .option('--limit <n>', 'at most so many rows')
    .option('--offset <n>', 'leave so many out at the front')
    .option('--ndjson', 'a JSON document a line')
    .option('--csv', 'RFC 4180')
    .action(begin((run, path: string, options: QueryOptions) => query(run, path, options)));
}
