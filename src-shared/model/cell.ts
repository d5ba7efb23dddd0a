/** Where a row and a column meet, with a state. */
import * as z from 'zod/mini';
import { MediaKind, schemes } from '../reference/reference.ts';
import { VitrineError } from './error.ts';
import { RowId } from './table.ts';

/** A value as it is stored and shown: what JSON can say. Timestamps are text, see `columnTypes`. */
export const CellValue = z.json();
export type CellValue = z.infer<typeof CellValue>;

/**
 * pending: not computed yet · running: being computed now (never stored, a restart finds pending) · ok · error: with a cause ·
 * stale: an old value that will be computed again.
 */
export const cellStates = ['pending', 'running', 'ok', 'error', 'stale'] as const;
/** One of the states above. */
export const CellState = z.enum(cellStates);
export type CellState = z.infer<typeof CellState>;

/** What a media cell shows. `referenceId` is opaque and the only thing a media address carries. */
export const MediaCell = z.object({
  referenceId: z.int(),
  /** As the user gave it. */
  typed: z.string(),
  canonical: z.string(),
  scheme: z.enum(schemes),
  /** The last part of the address, for display. */
  name: z.string(),
  kind: MediaKind,
  /** none: reference only · whole: a copy is in the cache · local: the file is on this computer. */
  held: z.enum(['none', 'whole', 'local']),
  /** Kept offline: never evicted, and fetched again where it was lost. */
  isKept: z.boolean(),
  /** Another file lies upstream than the one that is known here, and nobody has chosen yet. */
  isChanged: z.boolean(),
  /** Pixels as displayed and seconds, where the file was asked already; null otherwise, or where it does not say. */
  width: z.nullable(z.number()),
  height: z.nullable(z.number()),
  duration: z.nullable(z.number()),
});
export type MediaCell = z.infer<typeof MediaCell>;

/** A presigned cell as it is shown: never the URL, which is issued when it is copied. Times are ISO 8601 instants in UTC. */
export const LinkCell = z.object({ expiresAt: z.nullable(z.string()), limitedBy: z.string() });
export type LinkCell = z.infer<typeof LinkCell>;

/** A cell. Plain and media cells are always `ok`; an empty one has `value: null` and no `media`. */
export const Cell = z.object({
  state: CellState,
  value: CellValue,
  media: z.optional(MediaCell),
  link: z.optional(LinkCell),
  error: z.optional(VitrineError),
});
export type Cell = z.infer<typeof Cell>;

/** A row of a page: its cells stand in the order of the table's columns. */
export const Row = z.object({ rowId: RowId, cells: z.array(Cell) });
export type Row = z.infer<typeof Row>;
