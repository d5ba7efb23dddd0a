/**
 * The face of the catalog room. All SQL of Vitrine is in this folder, in worker threads: one writer, readers beside it on WAL.
 * Methods throw `Failure` for expected failures (`unknown_name`, `already_exists`, `invalid_input`, `read_only`, `disk_full`, `expression`).
 */
import type { ErrorGroup, FailedCell } from '../../src-shared/contract/errors.ts';
import type { UpstreamState } from '../../src-shared/contract/health.ts';
import type { Change, Trashed } from '../../src-shared/contract/history.ts';
import type { RowSelection, TableReference } from '../../src-shared/contract/table-reference.ts';
import type { OrderKey, View } from '../../src-shared/contract/views.ts';
import type { CellState, CellValue, Row } from '../../src-shared/model/cell.ts';
import type { ErrorCause, VitrineError } from '../../src-shared/model/error.ts';
import type { IssuedLink, NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import type { Level, MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';
import type { Column, ColumnType, Folder, RowId, Table } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

/** Folders, tables and columns. Names are checked here: not empty, ≤ 200 characters, no `/` or control characters, unique among siblings whatever the case, for columns also CEL identifiers and no reserved word. */
export interface CatalogTree {
  createFolder(path: string, options: { ifNotExists: boolean }): Promise<Folder>;
  dropFolder(path: string, options: { force: boolean }): Promise<{ dropped: boolean; rows: number; tables: number }>;
  list(path: string | null): Promise<{ folders: Folder[]; tables: Table[] }>;
  renameFolder(id: number, name: string): Promise<Folder>;
  moveFolder(id: number, folderId: number | null): Promise<Folder>;
  createTable(path: string, columns: { name: string; type: ColumnType }[], options: { ifNotExists: boolean }): Promise<Table>;
  dropTable(table: TableReference): Promise<{ dropped: boolean; rows: number; tables: number }>;
  getTable(table: TableReference): Promise<Table>;
  renameTable(table: TableReference, name: string): Promise<Table>;
  moveTable(table: TableReference, folderId: number | null): Promise<Table>;
  addColumn(table: TableReference, column: { name: string; type: ColumnType }): Promise<Column>;
  /** The expression is checked by the caller; `reads` are the columns it depends on. All cells begin as pending. */
  addComputedColumn(table: TableReference, column: ComputedColumn): Promise<Column>;
  /** Values stay as stale until computed again. */
  setExpression(table: TableReference, column: ComputedColumn): Promise<Column>;
  dropColumn(table: TableReference, name: string): Promise<void>;
  /** Expressions of other columns that name it are rewritten by the caller's `rewritten`, in the same change. */
  renameColumn(
    table: TableReference,
    name: string,
    newName: string,
    rewritten: { columnId: number; expression: string }[],
  ): Promise<Column>;
}

/** What the catalog stores of a checked expression. */
export interface ComputedColumn {
  readonly name: string;
  readonly expression: string;
  readonly type: ColumnType;
  readonly level: Level;
  readonly isVolatile: boolean;
  /** Ids of the columns it reads. */
  readonly reads: number[];
}

/** A reference to be stored: unique by `canonical`; `typed` is kept with the cell. */
export interface NewReference {
  readonly canonical: CanonicalUrl;
  readonly typed: string;
  /** What a listing told of it, kept where nothing is known yet. */
  readonly listed?: ListedFacts;
}

/** What a listing told of an object, and when (ISO 8601). A listing says no type, so `remote.type` is null. */
export interface ListedFacts {
  readonly remote: RemoteFacts;
  readonly at: string;
}

/** A reference that stands in a table, beside which a listing is held. */
export interface ListedReference {
  readonly canonical: CanonicalUrl;
  readonly referenceId: number;
  readonly remote: RemoteFacts | null;
  /** A permanent error of asking. */
  readonly error: VitrineError | null;
  readonly rows: number;
}

/** Cells whose address lies below a prefix. `after` is where the next ones begin, null at the end. */
export interface ReferencesBelow {
  readonly cells: { readonly rowId: RowId; readonly referenceId: number; readonly canonical: CanonicalUrl }[];
  readonly after: string | null;
}

/** What a listing told of a known reference. `isChanged`: it is another file now, so what was learnt of the former one goes. */
export interface ListedChange extends ListedFacts {
  readonly referenceId: number;
  readonly isChanged: boolean;
}

/** Rows to insert: `rows[i][j]` belongs to column `columnIds[j]`. Values were converted by the caller; `isReference` cells of media columns. */
export interface InsertBatch {
  readonly columnIds: number[];
  readonly rows: (CellValue | NewReference)[][];
}

export interface CatalogRows {
  /**
   * Inserts all batches as one undoable change, or, when `batches` throws, `signal` aborts or the process dies, none.
   * Chunks are written between other writes, so that a long import blocks nobody. `skipKnown` leaves rows out whose first reference
   * is in the table already; `inserted` counts the rest.
   */
  insert(
    tableId: number,
    batches: AsyncIterable<InsertBatch>,
    options: { label: string; skipKnown: boolean; signal: AbortSignal; onProgress?: (rows: number) => void },
  ): Promise<{ rows: number; firstRowId: RowId | null; lastRowId: RowId | null; changeId: number | null }>;
  /** Which of these addresses are in the table already, with their row. */
  findReferences(
    tableId: number | null,
    canonicals: CanonicalUrl[],
  ): Promise<{ canonical: CanonicalUrl; tablePath: string; rowId: RowId }[]>;
  /** One undoable change. Dependent computed cells become stale in the same transaction. */
  update(
    tableId: number,
    rows: RowSelection,
    set: { columnId: number; value: CellValue | NewReference }[],
  ): Promise<{ rows: number; rowIds: RowId[] | null }>;
  delete(tableId: number, rows: RowSelection): Promise<{ rows: number }>;
  /** Rows by id, in that order, missing ones left out. */
  get(tableId: number, rowIds: RowId[]): Promise<Row[]>;
}

export interface CatalogViews {
  /** `filter` and order keys are expressions over stored values; pending and failed cells read as null there. */
  open(table: TableReference, options: { filter: string | null; order: OrderKey[] }): Promise<View>;
  page(viewId: number, start: number, end: number): Promise<{ version: number; rows: Row[] }>;
  indexOf(viewId: number, rowId: RowId): Promise<number | null>;
  placesOf(viewId: number, rowIds: readonly RowId[]): Promise<{ view: View; places: (number | null)[] }>;
  rowIds(viewId: number, start: number, end: number): Promise<RowId[]>;
  close(viewId: number): Promise<void>;
}

/** What an expression reads of a row: values by column id, and references of media columns. */
export interface InputRow {
  readonly rowId: RowId;
  /** Rises with each edit of the row; a result for an older one is dropped by `write`. */
  readonly revision: number;
  readonly cells: Record<number, InputCell>;
}
export interface InputCell {
  readonly state: CellState;
  readonly value: CellValue;
  readonly reference?: { id: number; canonical: CanonicalUrl; typed: string };
  readonly error?: VitrineError;
}

/** A computed cell's outcome. `link` goes with volatile columns: the value is the URL, kept until its end; `issued` goes to the ledger with it. */
export interface CellResult {
  readonly rowId: RowId;
  readonly rowRevision: number;
  readonly columnId: number;
  readonly columnRevision: number;
  readonly outcome:
    | { state: 'ok'; value: CellValue; link?: { expiresAt: string | null; limitedBy: string; issued?: NewIssuedLink | null } }
    | { state: 'error'; error: VitrineError };
}

/** Which cells: of these columns, in these states, of these rows (or all), from `after` on by row id. */
export interface CellQuery {
  readonly tableId: number;
  readonly columnIds: number[];
  readonly states: CellState[];
  readonly cause?: ErrorCause;
  readonly where?: string;
  readonly rowIds?: RowId[];
  readonly after?: RowId;
  readonly limit: number;
}

export interface CatalogCells {
  /** Rows that have such a cell, ascending by id, with the input columns' cells and the states of the asked ones. */
  take(query: CellQuery, inputColumnIds: number[]): Promise<InputRow[]>;
  count(query: Omit<CellQuery, 'limit' | 'after'>): Promise<number>;
  /** One transaction; a result whose row or column has moved on is dropped. Gives how many were stored. */
  write(tableId: number, results: CellResult[]): Promise<number>;
  /** Makes cells pending again (those with a value: stale). Gives how many. */
  invalidate(query: Omit<CellQuery, 'limit' | 'after'>): Promise<number>;
  /** Columns that have pending or stale cells, in any table. */
  unfinished(): Promise<{ tableId: number; columnId: number; cells: number }[]>;
}

export interface CatalogErrors {
  /** Failed cells by cause, of one table or of all; the largest group first. */
  groups(table: TableReference | null): Promise<ErrorGroup[]>;
  /** Cells `start` to `end` (exclusive, at most 1,000) of one cause in one table, by row. */
  cells(table: TableReference, cause: ErrorCause, start: number, end: number): Promise<FailedCell[]>;
}

/** Which entries of the ledger: all that fit every condition that is not null. `now` is the instant by which a link is alive or ended. */
export interface LedgerQuery {
  /** A part of the reference, canonical or as typed, whatever the case of its ASCII letters. */
  readonly search: string | null;
  /** The whole canonical reference. */
  readonly reference: string | null;
  readonly state: 'alive' | 'ended' | null;
  readonly now: Date;
  readonly start: number;
  readonly end: number;
}

/** Signed links that were handed out, never their URLs; at most a million, the longest ended make room first. */
export interface CatalogLedger {
  /** One transaction. A read-only library keeps none. */
  add(links: NewIssuedLink[]): Promise<void>;
  /** Entries `start` to `end` (exclusive, at most 1,000), newest first, and how many there are in all. */
  list(query: LedgerQuery): Promise<{ total: number; entries: IssuedLink[] }>;
  /** Those that are there. */
  get(ids: number[]): Promise<IssuedLink[]>;
  /** Gives how many were there. */
  forget(ids: number[]): Promise<number>;
}

/** What was learnt of a reference's file, kept beside the reference for all rows and tables that name it. */
export interface KnownFacts {
  readonly referenceId: number;
  readonly remote: RemoteFacts | null;
  readonly facts: MediaFacts | null;
  /** A permanent error of asking; null when it went well. */
  readonly error: VitrineError | null;
  readonly askedAt: string;
}

export interface CatalogReferences {
  get(ids: number[]): Promise<{ id: number; canonical: CanonicalUrl; typed: string }[]>;
  factsOf(ids: number[]): Promise<KnownFacts[]>;
  /**
   * Remembers what was learnt. Where its validator says that it is another file than the one that was known, cells computed from the
   * former become stale, in every table, in the same transaction.
   */
  putFacts(facts: KnownFacts[]): Promise<void>;
  /** Which of these addresses stand in these media columns of a table. */
  inTable(tableId: number, columnIds: number[], canonicals: CanonicalUrl[]): Promise<ListedReference[]>;
  /** A page of those whose address begins with `start`; of `limit` known addresses some may stand in other tables only. */
  below(tableId: number, columnIds: number[], page: { start: string; after: string | null; limit: number }): Promise<ReferencesBelow>;
  /**
   * A page of the references in the media columns of these rows, each once, ascending by id from `after` on; with one row that shows it
   * and how many of the selection do.
   */
  ofRows(
    tableId: number,
    rows: RowSelection,
    page: { after: number; limit: number },
  ): Promise<{ id: number; canonical: CanonicalUrl; typed: string; rowId: RowId; rows: number }[]>;
  /** How many references `ofRows` gives in all. */
  countOfRows(tableId: number, rows: RowSelection): Promise<number>;
  /** Those of these addresses that the library knows, with how they are asked. */
  ofCanonicals(canonicals: CanonicalUrl[]): Promise<{ id: number; canonical: CanonicalUrl; typed: string }[]>;
  /** Paths of the tables whose visible rows show these addresses; those in none are left out. */
  shownIn(canonicals: CanonicalUrl[]): Promise<{ canonical: CanonicalUrl; tables: string[] }[]>;
  /** Whether any row names an object of this bucket (`az`: `account/container`). */
  isBucketUsed(scheme: string, bucket: string): Promise<boolean>;
  /** Remembers what a listing told; cells computed from a changed file become stale, in every table, in the same transaction. */
  putListed(changes: ListedChange[]): Promise<void>;
}

export interface CatalogHistory {
  list(limit: number): Promise<Change[]>;
  undo(count: number): Promise<Change[]>;
  redo(count: number): Promise<Change[]>;
  /** Labels of the next undo and redo. */
  next(): Promise<{ undo: string | null; redo: string | null }>;
  trashList(): Promise<Trashed[]>;
  restore(ids: string[]): Promise<number>;
  emptyTrash(ids: string[] | null): Promise<{ rows: number; tables: number; columns: number; folders: number }>;
  /** All changes made by `work` are one in the history, under this label. */
  asOne<T>(label: string, work: () => Promise<T>): Promise<T>;
}

/** A file of the cache, whole or in part. Times are milliseconds since 1970. */
export interface CacheEntry {
  /** Hash of the reference and its validator, in hex: the same object is one file, two states of it are two. */
  readonly id: string;
  readonly canonical: CanonicalUrl;
  /** The folder it lies in, absolute; '' is the library's own, so that a library can be moved. */
  readonly folder: string;
  /** Its path within the folder, with `/`. */
  readonly file: string;
  readonly etag: string | null;
  /** ISO 8601, as the store said it. */
  readonly modified: string | null;
  readonly type: string | null;
  /** Bytes of the file itself; null while nobody said. */
  readonly size: number | null;
  /** Null: whole. Else the half-open ranges that are here, in order, apart from each other. */
  readonly ranges: readonly (readonly [number, number])[] | null;
  /** Bytes of the file system's blocks. */
  readonly diskBytes: number;
  /** Of a whole file, in hex; null while it was not reckoned. */
  readonly sha256: string | null;
  /** What the provider says it is, in hex. */
  readonly md5: string | null;
  readonly since: number;
  readonly lastUsed: number;
  /** When it was last known to be what lies upstream. */
  readonly checkedAt: number;
}

export interface CatalogCacheIndex {
  /** All entries, in order of their ids. */
  load(): Promise<CacheEntry[]>;
  /** Adds entries, or puts them in the place of those with the same id, in one transaction. */
  put(entries: CacheEntry[]): Promise<void>;
  /** By id; unknown ones are no error. */
  remove(ids: string[]): Promise<void>;
  /** References that are kept offline. */
  kept(): Promise<CanonicalUrl[]>;
  setKept(canonicals: CanonicalUrl[], isKept: boolean): Promise<void>;
}

/** What is remembered of a reference's state upstream. */
export interface UpstreamMark extends UpstreamState {
  readonly canonical: CanonicalUrl;
}

export interface CatalogUpstream {
  /** In the order asked; never checked ones are left out. */
  get(canonicals: CanonicalUrl[]): Promise<UpstreamMark[]>;
  /** Told as `facts` of the references, so that rows are drawn anew. */
  put(marks: UpstreamMark[]): Promise<void>;
}

/**
 * Thumbnails and peaks live in a file of their own beside the catalog; losing it costs time only. `validator` is the state of the file
 * that one was made of; where nobody knows the state of the file, null finds whichever was kept last.
 */
export interface CatalogThumbnails {
  /** The smallest kept one that answers for `edge`, or null. */
  get(
    canonical: CanonicalUrl,
    validator: string | null,
    edge: number,
  ): Promise<{ bytes: Uint8Array; mime: string; width: number; height: number } | null>;
  put(
    canonical: CanonicalUrl,
    validator: string | null,
    edge: number,
    thumbnail: { bytes: Uint8Array; mime: string; width: number; height: number },
  ): Promise<void>;
  /** The kept peaks as JSON, or null. */
  getPeaks(canonical: CanonicalUrl, validator: string | null): Promise<string | null>;
  putPeaks(canonical: CanonicalUrl, validator: string | null, peaks: string): Promise<void>;
}

/** The file that thumbnails and peaks lie in. */
export interface CatalogThumbnailFile extends CatalogThumbnails {
  /** Its bytes on the disk. */
  size(): Promise<number>;
  /** Forgets all that is in it and gives the room back to the disk; the answer is how many bytes. */
  clear(): Promise<number>;
}

/** Small facts that are remembered: bucket regions, clock offsets, what the window put away. */
export interface CatalogMemory {
  get(key: string): Promise<CellValue>;
  set(key: string, value: CellValue): Promise<void>;
}

/** What changed in the catalog, after it is committed. */
export type CatalogChange =
  | { kind: 'tree' }
  | { kind: 'rows'; tableId: number }
  | { kind: 'cells'; tableId: number; rowIds: RowId[] | null }
  /** `isOtherFile`: what was learnt before is of a former file under the same address. */
  | { kind: 'facts'; referenceIds: number[]; isOtherFile?: true }
  | { kind: 'view'; view: View }
  | { kind: 'ledger' }
  | { kind: 'history'; undo: string | null; redo: string | null };

export interface Catalog {
  /** Why the catalog opened for reading only, or null. */
  readonly readOnly: VitrineError | null;
  readonly tree: CatalogTree;
  readonly rows: CatalogRows;
  readonly views: CatalogViews;
  readonly cells: CatalogCells;
  readonly errors: CatalogErrors;
  readonly ledger: CatalogLedger;
  readonly references: CatalogReferences;
  readonly history: CatalogHistory;
  readonly cacheIndex: CatalogCacheIndex;
  readonly upstream: CatalogUpstream;
  readonly thumbnails: CatalogThumbnailFile;
  readonly memory: CatalogMemory;
  onChange(listener: (change: CatalogChange) => void): () => void;
  /** Ends the workers after what was asked is done. */
  close(): Promise<void>;
}
