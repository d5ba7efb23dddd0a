/** The face of the importing room: drops, pasted text, lists, folders and prefixes → a preview → rows. Only prefixes are asked of the network. */
import type * as z from 'zod/mini';
import type { LeftOut, ListingCount, listing } from '../../src-shared/contract/listing.ts';
import type { importing, Preview, PreviewLine, RefreshCount, Rejected, rows } from '../../src-shared/contract/rows.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import type { NewReference } from '../catalog/catalog.ts';

export type PreviewInput = z.output<typeof importing.preview.input>;
export type PreviewLinesInput = z.output<typeof importing.previewLines.input>;
export type EditLineInput = z.output<typeof importing.editLine.input>;
export type TakeAlternativeInput = z.output<typeof importing.takeAlternative.input>;
export type InsertInput = z.output<typeof rows.insert.input>;
export type RefreshInput = z.output<typeof rows.refresh.input>;
export type ListPageInput = z.output<typeof listing.page.input>;
export type CountInput = z.output<typeof listing.count.input>;

/**
 * Compares a table with what lies below a prefix, and unless `dryRun` makes it so, as one undoable change; a listing that breaks off
 * changes nothing. Computed cells of changed files are left stale. Throws as `Store.list` does. `onProgress` hears how many are listed.
 */
export type Refresh = (
  input: RefreshInput,
  options: { table: Table; signal: AbortSignal; onProgress?: (listed: number) => void },
) => Promise<RefreshCount>;

/** What an insert came to, before anything is computed. */
export interface Inserted {
  /** Rows that went in; with `dryRun` those that would. */
  readonly rows: number;
  /** Lines that gave no row, in the order of the list. */
  readonly rejected: Rejected[];
  /** What a prefix was left without. */
  readonly leftOut?: LeftOut;
  /** Null where nothing was inserted. */
  readonly changeId: number | null;
  /** The new rows, ascending. */
  readonly rowIds: RowId[];
}

export interface Importing {
  /** Understands everything that was given. Throws `Failure` where the source itself cannot be read (`not_found`, `invalid_input`, `unsupported`, `too_large`). */
  preview(input: PreviewInput, signal?: AbortSignal): Promise<Preview>;
  previewLines(input: PreviewLinesInput): Promise<PreviewLine[]>;
  editLine(input: EditLineInput): Promise<Preview>;
  /** Throws `invalid_input` where the line has no alternative. */
  takeAlternative(input: TakeAlternativeInput): Promise<Preview>;
  /** Throws `invalid_input` where the line needs none, and `already_exists` where the bucket leads elsewhere already. */
  setUpStore(input: TakeAlternativeInput): Promise<Preview>;
  /** A preview that is gone already is no error. */
  closePreview(previewId: number): void;
  /** One undoable change, or none at all. `onProgress` hears how many rows are written. */
  insert(input: InsertInput, options: { table: Table; signal: AbortSignal; onProgress?: (rows: number) => void }): Promise<Inserted>;
  /** One page of what lies below a prefix. Throws as `Store.list` does, and `invalid_url`. */
  listPage(input: ListPageInput, signal: AbortSignal): Promise<z.output<typeof listing.page.output>>;
  /** Counts to the end, telling how far it is. Throws as `listPage`. */
  countPrefix(input: CountInput, options: { signal: AbortSignal; onCount: (count: ListingCount) => void }): Promise<ListingCount>;
  /** What `rows.update` sets, converted to the columns' types; throws `unknown_name`, `invalid_input`, `invalid_url`. */
  convertCells(
    table: Table,
    set: Record<string, CellValue>,
    cwd?: string,
  ): Promise<{ columnId: number; value: CellValue | NewReference }[]>;
}
