/** Values of expressions that are shown and not stored. */
import type { Cell } from '../../src-shared/model/cell.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import type { Cost, Level } from '../../src-shared/model/media.ts';
import type { Column, RowId, Table } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Log } from '../log/log.ts';
import { checkAgainst, type PlannedColumn } from './column-plan.ts';
import { type CellOutcome, evaluateRow, type InputCell, type LinkEnd, type RowSurroundings, rowInWords } from './evaluate-row.ts';

/** Rows in work at a time. */
const rowsAtATime = 16;

/**
 * One list of cells a row that is still there, in the order of `rowIds`; a cell an expression, in the order asked. Cells that cost more than
 * `maxLevel`, or whose inputs are not computed yet, are `pending`. Throws `Failure` `expression`.
 */
export async function evaluateShown(
  rooms: { catalog: Catalog; log: Log; surroundings: RowSurroundings },
  table: Table,
  expressions: readonly string[],
  rowIds: readonly RowId[],
  options: { maxLevel: Level; signal: AbortSignal; onIssued?: (link: NewIssuedLink) => void },
): Promise<{ cells: Cell[][]; cost: Cost }> {
  const cost: Cost = { requests: 0, bytes: 0 };
  const shown = expressions.map((expression, index) => shownColumn(table, expression, index));
  const rows = await rooms.catalog.rows.get(table.id, [...rowIds]);
  const { facts } = rooms.surroundings;
  await facts.load(rows.flatMap(({ cells }) => cells.flatMap(({ media }) => (media ? [media.referenceId] : []))));
  const answers: Cell[][] = rows.map(() => []);
  const asking = {
    signal: options.signal,
    priority: 'asked' as const,
    maxLevel: options.maxLevel,
    again: false,
    onCost: ({ requests, bytes }: Cost) => {
      cost.requests += requests;
      cost.bytes += bytes;
    },
  };
  let next = 0;
  const workThrough = async () => {
    for (let index = next++; index < rows.length; index = next++) {
      const row = rows[index];
      if (!row) return;
      options.signal.throwIfAborted();
      const outcomes = await evaluateRow(shown, inputsOf(table, row.cells), asking, rooms.surroundings);
      answers[index] = shown.map(({ column }) => cellOf(outcomes.get(column) ?? { state: 'waits' }));
      for (const outcome of outcomes.values()) {
        if (outcome.state === 'ok' && outcome.link?.issued) options.onIssued?.(outcome.link.issued);
        if (outcome.state === 'bug') rooms.log.bug(`Showing an expression for ${rowInWords(table.id, row.rowId)} broke.`, outcome.thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: rowsAtATime }, workThrough));
  const fresh = facts.takeFresh();
  if (fresh.length > 0 && rooms.catalog.readOnly === null) await rooms.catalog.references.putFacts(fresh);
  return { cells: answers, cost };
}

/** The expression as a column that is in no table: its name can stand in no expression. */
function shownColumn(table: Table, expression: string, index: number): PlannedColumn {
  const checked = checkAgainst(table, expression);
  if (!checked.ok) throw new Failure(checked.error);
  const { level, isVolatile, reads } = checked.value;
  const column: Column = { id: -1 - index, name: ` ${index}`, type: 'json', kind: 'computed', expression, isVolatile, level, revision: 0 };
  return { column, checked: checked.value, reads: reads.map((read) => read.column) };
}

function inputsOf(table: Table, cells: readonly Cell[]): Map<string, InputCell> {
  return new Map(table.columns.map((column, index) => [column.name, inputOf(cells[index])]));
}

function inputOf(cell: Cell | undefined): InputCell {
  if (!cell) return { state: 'ok', value: null };
  const { state, value, media, error } = cell;
  return {
    state,
    value,
    // What the catalog gives as canonical is canonical.
    ...(media ? { reference: { id: media.referenceId, canonical: media.canonical as CanonicalUrl, typed: media.typed } } : {}),
    ...(error ? { error } : {}),
  };
}

function cellOf(outcome: CellOutcome): Cell {
  switch (outcome.state) {
    case 'ok':
      return { state: 'ok', value: outcome.value, ...linkOf(outcome.link) };
    case 'error':
      return { state: 'error', value: null, error: outcome.error };
    default:
      return { state: 'pending', value: null };
  }
}

function linkOf(link: LinkEnd | undefined): Pick<Cell, 'link'> {
  return link ? { link: { expiresAt: link.expiresAt, limitedBy: link.limitedBy } } : {};
}
