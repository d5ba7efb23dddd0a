/** The face of the compute room: checks expressions against a table, computes cells, the visible first. */
import type { ExpressionCheck } from '../../src-shared/contract/tree.ts';
import type { Cell } from '../../src-shared/model/cell.ts';
import type { ErrorCause } from '../../src-shared/model/error.ts';
import type { NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import type { ComputeResult, Job } from '../../src-shared/model/job.ts';
import type { Cost, Level } from '../../src-shared/model/media.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import type { ComputedColumn } from '../catalog/catalog.ts';

export interface ComputeRequest {
  readonly table: Table;
  readonly columnIds: number[];
  /** Only these rows, whatever their cells' state; else all pending and stale ones. */
  readonly rowIds?: RowId[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (job: Job) => void;
  /** The first failed cell ends it by throwing its error. */
  readonly stopAtError?: boolean;
}

export interface Compute {
  check(table: Table, expression: string, options?: { forColumn?: string }): ExpressionCheck;
  /** The same as what the catalog stores, or `Failure` `expression`. */
  plan(table: Table, name: string, expression: string): ComputedColumn;
  /** Computes as a job and resolves when it is done or cancelled. Columns in order of dependence, row by row. */
  run(request: ComputeRequest): Promise<ComputeResult>;
  /** Makes cells of these states (and cause) pending again, then runs. */
  recompute(request: ComputeRequest & { errorsOnly: boolean; cause?: ErrorCause; where?: string }): Promise<ComputeResult>;
  /** Values that are shown and not stored. `onIssued` hears of each signed link that a value holds, for the ledger. */
  evaluate(
    table: Table,
    expressions: string[],
    rowIds: RowId[],
    options: { maxLevel: Level; signal: AbortSignal; onIssued?: (link: NewIssuedLink) => void },
  ): Promise<{ cells: Cell[][]; cost: Cost }>;
  /**
   * Issues links of volatile cells anew where less than a tenth of their life (at least 60 s) is left, and those that failed, or stayed
   * unsigned, for want of a login that has come since. In a library that may not be written nothing is issued.
   */
  refreshVolatile(table: Table, rowIds: RowId[], signal: AbortSignal): Promise<void>;
  /** Goes on with what is pending or stale in the library, and with what comes, until closed. For hosts that stay. */
  startBackground(): void;
  /** Rows on screen of a table: their cells come first. */
  show(tableId: number, rowIds: RowId[]): void;
  /** Cells being computed now. */
  isRunning(tableId: number, rowId: RowId, columnId: number): boolean;
  onRunningChanged(listener: (change: { tableId: number; rowIds: RowId[] }) => void): () => void;
  close(): Promise<void>;
}
