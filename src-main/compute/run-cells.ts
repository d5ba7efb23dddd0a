/** Computes cells of one table from the queue to the catalog. What is written here is idempotent: the same row twice gives the same cells. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { CellState } from '../../src-shared/model/cell.ts';
import { type ErrorCause, Failure, type VitrineError } from '../../src-shared/model/error.ts';
import type { Cost } from '../../src-shared/model/media.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import type { Priority } from '../cache/bytes.ts';
import type { Catalog, InputRow } from '../catalog/catalog.ts';
import type { Log } from '../log/log.ts';
import { type PlannedColumn, planColumns } from './column-plan.ts';
import { type CellOutcome, evaluateRow, type InputCell, type RowSurroundings, rowInWords } from './evaluate-row.ts';
import { createResultWriter, type ResultWriter } from './result-writer.ts';
import { createRowQueue, type QueuedRow, type VisibleRows } from './row-queue.ts';
import type { RunningCells } from './running-cells.ts';

/** Rows in work at a time. Requests are bounded by the cache room's own queue; this bounds memory and what a kill repeats. */
const rowsAtATime = 16;
/** After so many rows without a pause others get their turn; a row without network takes some 10 µs. */
const rowsBetweenBreaths = 50;

/** What to compute. */
export interface RunQuery {
  readonly table: Table;
  readonly columnIds: readonly number[];
  /** Cells in these states are computed; others only where an input of theirs was. */
  readonly states: readonly CellState[];
  readonly cause?: ErrorCause;
  readonly where?: string;
  readonly rowIds?: readonly RowId[];
  /** Asks files again where an error of them is remembered. */
  readonly again: boolean;
  readonly priority: Priority;
  /** As in `RowAsking`. */
  readonly mustSign?: boolean;
  readonly stopAtError?: boolean;
}

/** What a run tells as it goes. */
export interface RunReport {
  step(step: { done?: number; failed?: number; cost?: Cost }): void;
}

/** What a run came to. `bugs` counts cells left pending by a mistake of ours. */
export interface RunTotals {
  values: number;
  errors: number;
  bugs: number;
  requests: number;
  bytes: number;
}

export interface RunRooms {
  readonly catalog: Catalog;
  readonly log: Log;
  readonly surroundings: RowSurroundings;
  readonly running: RunningCells;
  readonly visible: (tableId: number) => VisibleRows;
  /** Cells that a bug of ours hit in this process: not tried again by themselves. */
  readonly spoiled: Set<string>;
}

/** Runs to the end of the queue or until the signal; what was computed is stored either way. Throws what the catalog threw, or with `stopAtError` the first failed cell's error. */
export async function runCells(rooms: RunRooms, query: RunQuery, report: RunReport, signal: AbortSignal): Promise<RunTotals> {
  const { catalog, surroundings } = rooms;
  const { table } = query;
  const plan = planColumns(table, query.columnIds);
  const totals: RunTotals = { values: 0, errors: 0, bugs: 0, requests: 0, bytes: 0 };
  if (plan.length === 0) return totals;
  const queue = createRowQueue(
    catalog,
    {
      tableId: table.id,
      columnIds: [...query.columnIds],
      inputColumnIds: inputsOf(table, plan),
      states: [...query.states],
      ...(query.cause ? { cause: query.cause } : {}),
      ...(query.where === undefined ? {} : { where: query.where }),
      ...(query.rowIds ? { rowIds: [...query.rowIds] } : {}),
    },
    () => rooms.visible(table.id),
    (rows) => surroundings.facts.load(rows.flatMap(referenceIds)),
  );
  const writer = createResultWriter(catalog, surroundings.facts, table.id);
  const stop = new AbortController();
  const work: Work = {
    rooms,
    query,
    plan,
    totals,
    report,
    writer,
    stop,
    signal: AbortSignal.any([signal, stop.signal]),
    names: namesOf(table),
  };
  const workers = Array.from({ length: rowsAtATime }, () => workThrough(work, () => queue.next()));
  const ends = await Promise.allSettled(workers);
  await writer.end();
  for (const end of ends) if (end.status === 'rejected' && !work.signal.aborted) throw end.reason;
  if (work.failure) throw work.failure.thrown;
  return totals;
}

interface Work {
  readonly rooms: RunRooms;
  readonly query: RunQuery;
  readonly plan: readonly PlannedColumn[];
  readonly totals: RunTotals;
  readonly report: RunReport;
  readonly writer: ResultWriter;
  readonly stop: AbortController;
  readonly signal: AbortSignal;
  readonly names: ReadonlyMap<number, string>;
  /** Why the run ended itself. */
  failure?: { thrown: unknown };
}

function namesOf(table: Table): ReadonlyMap<number, string> {
  return new Map(table.columns.map(({ id, name }) => [id, name]));
}

function inputsOf(table: Table, plan: readonly PlannedColumn[]): number[] {
  const names = new Set(plan.flatMap(({ column, reads }) => [column.name, ...reads]));
  return table.columns.filter(({ name }) => names.has(name)).map(({ id }) => id);
}

function referenceIds(row: InputRow): number[] {
  return Object.values(row.cells).flatMap(({ reference }) => (reference ? [reference.id] : []));
}

async function workThrough(work: Work, next: () => Promise<QueuedRow | null>): Promise<void> {
  let rows = 0;
  try {
    while (!work.signal.aborted) {
      const queued = await next();
      if (!queued || work.signal.aborted) return;
      await computeRow(work, queued);
      rows += 1;
      if (rows % rowsBetweenBreaths === 0) {
        await work.writer.whenReady();
        await breathe();
      }
    }
  } catch (thrown) {
    if (work.signal.aborted) return;
    work.failure ??= { thrown };
    work.stop.abort();
  }
}

async function computeRow(work: Work, { row, isVisible }: QueuedRow): Promise<void> {
  const { rooms, query, plan, signal } = work;
  const tableId = query.table.id;
  const cells = cellsByName(row, work.names);
  const todo = cellsToCompute(plan, cells, query, (columnId) => rooms.spoiled.has(spoiledKey(tableId, row.rowId, columnId)));
  if (todo.length === 0) return;
  try {
    const outcomes = await evaluateRow(
      todo,
      cells,
      {
        signal,
        priority: isVisible ? 'visible' : query.priority,
        maxLevel: 'full',
        again: query.again,
        mustSign: query.mustSign ?? false,
        onCost: (cost) => {
          work.totals.requests += cost.requests;
          work.totals.bytes += cost.bytes;
          work.report.step({ cost });
        },
        onWaiting: (columnId) => rooms.running.begin(tableId, row.rowId, columnId),
      },
      rooms.surroundings,
    );
    for (const [column, outcome] of outcomes) keep(work, row, column, outcome);
  } finally {
    rooms.running.end(tableId, row.rowId);
  }
}

function cellsByName(row: InputRow, names: ReadonlyMap<number, string>): Map<string, InputCell> {
  const cells = new Map<string, InputCell>();
  for (const [id, cell] of Object.entries(row.cells)) {
    const name = names.get(Number(id));
    if (name !== undefined) cells.set(name, cell);
  }
  return cells;
}

/**
 * The cells of a row that are to be computed: the asked ones in the asked states, unfinished ones that they read, and all that read one of them.
 */
function cellsToCompute(
  plan: readonly PlannedColumn[],
  cells: ReadonlyMap<string, InputCell>,
  query: RunQuery,
  isSpoiled: (columnId: number) => boolean,
): PlannedColumn[] {
  const chosen = new Set<string>();
  const isAsked = ({ column }: PlannedColumn): boolean => {
    const cell = cells.get(column.name);
    if (!cell || !query.columnIds.includes(column.id) || !query.states.includes(cell.state)) return false;
    return query.cause === undefined || cell.error?.cause === query.cause;
  };
  const isUnfinished = (name: string) => {
    const state = cells.get(name)?.state;
    return state === 'pending' || state === 'stale' || state === 'running';
  };
  // From the last to the first, so that what is read is chosen after what reads it; then forward for what reads the chosen.
  for (const planned of [...plan].reverse()) {
    const isRead = plan.some(({ column, reads }) => chosen.has(column.name) && reads.includes(planned.column.name));
    if (isAsked(planned) || (isRead && isUnfinished(planned.column.name))) chosen.add(planned.column.name);
  }
  for (const { column, reads } of plan) if (reads.some((read) => chosen.has(read))) chosen.add(column.name);
  return plan.filter(({ column }) => chosen.has(column.name) && !isSpoiled(column.id));
}

/** Names a cell among the spoiled. */
function spoiledKey(tableId: number, rowId: RowId, columnId: number): string {
  return `${tableId} ${rowId} ${columnId}`;
}

function keep(work: Work, row: InputRow, column: PlannedColumn['column'], outcome: CellOutcome): void {
  const { query, totals, report, rooms } = work;
  if (outcome.state === 'waits') return;
  if (outcome.state === 'bug') {
    rooms.log.bug(`Computing ${column.name} of ${rowInWords(query.table.id, row.rowId)} broke.`, outcome.thrown);
    rooms.spoiled.add(spoiledKey(query.table.id, row.rowId, column.id));
    totals.bugs += 1;
    return;
  }
  work.writer.add({ rowId: row.rowId, rowRevision: row.revision, columnId: column.id, columnRevision: column.revision, outcome });
  if (outcome.state === 'ok') {
    totals.values += 1;
    report.step({ done: 1 });
    return;
  }
  totals.errors += 1;
  report.step({ failed: 1 });
  if (query.stopAtError) endAtError(work, outcome.error);
}

function endAtError(work: Work, error: VitrineError): void {
  work.failure ??= { thrown: new Failure(error) };
  work.stop.abort();
}
