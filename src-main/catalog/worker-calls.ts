/** What the catalog's threads do when asked. In the writer's calls `groupId` is the open change a call belongs to, or null. */
import type { RowSelection, TableReference } from '../../src-shared/contract/table-reference.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { ErrorCause } from '../../src-shared/model/error.ts';
import type { NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import type { ColumnType } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import { keptOffline, loadCacheIndex, putCacheEntries, removeCacheEntries, setKeptOffline } from './cache-index.ts';
import type {
  CacheEntry,
  CellQuery,
  CellResult,
  ComputedColumn,
  KnownFacts,
  LedgerQuery,
  ListedChange,
  NewReference,
  UpstreamMark,
} from './catalog.ts';
import { countCells, invalidateCells, takeCells, unfinishedCells, writeCells } from './cells.ts';
import { closeGroup, nextLabels, openGroup, type Writer } from './changes.ts';
import { addColumn, addComputedColumn, dropColumn, renameColumn, setExpression } from './columns.ts';
import type { Database } from './database.ts';
import { deleteRows, updateRows } from './edit-rows.ts';
import { errorGroups, failedCells } from './error-groups.ts';
import { createFolder, dropFolder, moveFolder, renameFolder } from './folders.ts';
import { abortInsert, beginInsert, finishInsert, insertChunk, type RowChunk } from './insert-rows.ts';
import { addIssuedLinks, forgetIssuedLinks, getIssuedLinks, listIssuedLinks } from './ledger.ts';
import { isBucketUsed, putListed, referencesBelow, referencesInTable } from './listed-references.ts';
import { getMemory, setMemory } from './memory.ts';
import { getPage, getRows } from './read-rows.ts';
import { factsOf, findReferences, getReferences, putFacts } from './references.ts';
import { countReferencesOfRows, referencesOf, referencesOfRows, tablesShowing } from './shown-references.ts';
import { createTable, dropTable, moveTable, renameTable } from './tables.ts';
import { clearThumbnails, getPeaks, getThumbnail, putPeaks, putThumbnail, type Thumbnail, thumbnailsSize } from './thumbnails.ts';
import { emptyTrash, listTrash, restoreTrashed } from './trash.ts';
import { findTable, listTree } from './tree.ts';
import { listChanges, redoChanges, undoChanges } from './undo.ts';
import { getUpstream, putUpstream } from './upstream.ts';
import { readView, type ViewQuery } from './view-rows.ts';

type Group = number | null;

/** Everything that changes the catalog. */
export type WriterCalls = ReturnType<typeof writerCalls>;

/** Everything that only reads it, and the thumbnails. */
export type ReaderCalls = ReturnType<typeof readerCalls>;

/** The calls of the one thread that writes. */
export function writerCalls(writer: Writer) {
  const { database } = writer;
  return {
    createFolder: (group: Group, path: string, options: { ifNotExists: boolean }) => createFolder(writer, group, path, options),
    dropFolder: (group: Group, path: string, options: { force: boolean }) => dropFolder(writer, group, path, options),
    renameFolder: (group: Group, id: number, name: string) => renameFolder(writer, group, id, name),
    moveFolder: (group: Group, id: number, folderId: number | null) => moveFolder(writer, group, id, folderId),
    createTable: (group: Group, path: string, columns: { name: string; type: ColumnType }[], options: { ifNotExists: boolean }) =>
      createTable(writer, group, path, columns, options),
    dropTable: (group: Group, table: TableReference) => dropTable(writer, group, table),
    renameTable: (group: Group, table: TableReference, name: string) => renameTable(writer, group, table, name),
    moveTable: (group: Group, table: TableReference, folderId: number | null) => moveTable(writer, group, table, folderId),
    addColumn: (group: Group, table: TableReference, column: { name: string; type: ColumnType }) => addColumn(writer, group, table, column),
    addComputedColumn: (group: Group, table: TableReference, column: ComputedColumn) => addComputedColumn(writer, group, table, column),
    setExpression: (group: Group, table: TableReference, column: ComputedColumn) => setExpression(writer, group, table, column),
    dropColumn: (group: Group, table: TableReference, name: string) => dropColumn(writer, group, table, name),
    renameColumn: (
      group: Group,
      table: TableReference,
      name: string,
      newName: string,
      rewritten: { columnId: number; expression: string }[],
    ) => renameColumn(writer, group, table, name, newName, rewritten),
    beginInsert: (tableId: number) => beginInsert(writer, tableId),
    insertChunk: (tableId: number, chunk: RowChunk, options: { skipKnown: boolean }) => insertChunk(writer, tableId, chunk, options),
    finishInsert: (group: Group, tableId: number, label: string) => finishInsert(writer, group, tableId, label),
    abortInsert: (tableId: number) => abortInsert(writer, tableId),
    updateRows: (group: Group, tableId: number, rows: RowSelection, set: { columnId: number; value: CellValue | NewReference }[]) =>
      updateRows(writer, group, tableId, rows, set),
    deleteRows: (group: Group, tableId: number, rows: RowSelection) => deleteRows(writer, group, tableId, rows),
    writeCells: (tableId: number, results: CellResult[]) => writeCells(writer, tableId, results),
    invalidateCells: (query: Omit<CellQuery, 'limit' | 'after'>) => invalidateCells(writer, query),
    putFacts: (facts: KnownFacts[]) => putFacts(writer, facts),
    putListed: (changes: ListedChange[]) => putListed(writer, changes),
    openGroup: (label: string) => openGroup(writer, label),
    closeGroup: (changeId: number) => closeGroup(writer, changeId),
    undo: (count: number) => undoChanges(writer, count),
    redo: (count: number) => redoChanges(writer, count),
    restoreTrashed: (group: Group, ids: string[]) => restoreTrashed(writer, group, ids),
    emptyTrash: (ids: string[] | null) => emptyTrash(writer, ids),
    putCacheEntries: (entries: CacheEntry[]) => putCacheEntries(database, entries),
    removeCacheEntries: (ids: string[]) => removeCacheEntries(database, ids),
    setKeptOffline: (canonicals: CanonicalUrl[], isKept: boolean) => setKeptOffline(database, canonicals, isKept),
    putUpstream: (marks: UpstreamMark[]) => putUpstream(writer, marks),
    addIssuedLinks: (links: NewIssuedLink[]) => addIssuedLinks(writer, links),
    forgetIssuedLinks: (ids: number[]) => forgetIssuedLinks(writer, ids),
    setMemory: (key: string, value: CellValue) => setMemory(database, key, value),
  };
}

/** The calls of a thread that reads. `thumbnails` is null where there is no place for them. */
export function readerCalls(database: Database, thumbnails: Database | null) {
  return {
    listTree: (path: string | null) => listTree(database, path),
    findTable: (table: TableReference) => findTable(database, table),
    getRows: (tableId: number, rowIds: number[]) => getRows(database, tableId, rowIds),
    getPage: (tableId: number, rowIds: number[]) => getPage(database, tableId, rowIds),
    findReferences: (tableId: number | null, canonicals: CanonicalUrl[]) => findReferences(database, tableId, canonicals),
    readView: (query: ViewQuery) => readView(database, query),
    takeCells: (query: CellQuery, inputColumnIds: number[]) => takeCells(database, query, inputColumnIds),
    countCells: (query: Omit<CellQuery, 'limit' | 'after'>) => countCells(database, query),
    unfinishedCells: () => unfinishedCells(database),
    errorGroups: (table: TableReference | null) => errorGroups(database, table),
    failedCells: (table: TableReference, cause: ErrorCause, start: number, end: number) => failedCells(database, table, cause, start, end),
    listIssuedLinks: (query: LedgerQuery) => listIssuedLinks(database, query),
    getIssuedLinks: (ids: number[]) => getIssuedLinks(database, ids),
    getReferences: (ids: number[]) => getReferences(database, ids),
    factsOf: (ids: number[]) => factsOf(database, ids),
    referencesInTable: (tableId: number, columnIds: number[], canonicals: CanonicalUrl[]) =>
      referencesInTable(database, tableId, columnIds, canonicals),
    referencesBelow: (tableId: number, columnIds: number[], page: { start: string; after: string | null; limit: number }) =>
      referencesBelow(database, tableId, columnIds, page),
    isBucketUsed: (scheme: string, bucket: string) => isBucketUsed(database, scheme, bucket),
    listChanges: (limit: number) => listChanges(database, limit),
    nextLabels: () => nextLabels(database),
    listTrash: () => listTrash(database),
    loadCacheIndex: (after: string, most: number) => loadCacheIndex(database, after, most),
    keptOffline: () => keptOffline(database),
    getUpstream: (canonicals: CanonicalUrl[]) => getUpstream(database, canonicals),
    referencesOfRows: (tableId: number, rows: RowSelection, page: { after: number; limit: number }) =>
      referencesOfRows(database, tableId, rows, page),
    countReferencesOfRows: (tableId: number, rows: RowSelection) => countReferencesOfRows(database, tableId, rows),
    referencesOf: (canonicals: CanonicalUrl[]) => referencesOf(database, canonicals),
    tablesShowing: (canonicals: CanonicalUrl[]) => tablesShowing(database, canonicals),
    getMemory: (key: string) => getMemory(database, key),
    getThumbnail: (canonical: CanonicalUrl, validator: string | null, edge: number) =>
      thumbnails ? getThumbnail(thumbnails, canonical, validator, edge) : null,
    putThumbnail: (canonical: CanonicalUrl, validator: string | null, edge: number, thumbnail: Thumbnail) => {
      if (thumbnails) putThumbnail(thumbnails, canonical, validator, edge, thumbnail);
    },
    getPeaks: (canonical: CanonicalUrl, validator: string | null) => (thumbnails ? getPeaks(thumbnails, canonical, validator) : null),
    putPeaks: (canonical: CanonicalUrl, validator: string | null, peaks: string) => {
      if (thumbnails) putPeaks(thumbnails, canonical, validator, peaks);
    },
    thumbnailsSize: () => (thumbnails ? thumbnailsSize(thumbnails) : 0),
    clearThumbnails: () => (thumbnails ? clearThumbnails(thumbnails) : 0),
  };
}
