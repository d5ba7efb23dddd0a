/** A catalog in a folder of its own, for tests: opened from the sources, closed and removed at the end of each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Catalog, CatalogChange, InsertBatch, NewReference } from '../../src-main/catalog/catalog.ts';
import { openCatalog } from '../../src-main/catalog/open-catalog.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { Table } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

export const workerUrl = new URL('../../src-main/catalog/catalog-worker.ts', import.meta.url);

const folders: string[] = [];
const catalogs: Catalog[] = [];

// As in the product, where the lock of the library does it: the main thread holds the addon, so that it is never unloaded and loaded
// again as workers end and begin.
let held: Sqlite.Database | null = null;
beforeAll(() => {
  held = new Sqlite(':memory:');
});
afterAll(() => held?.close());

afterEach(async () => {
  for (const catalog of catalogs.splice(0)) await catalog.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-catalog-'));
  folders.push(folder);
  return folder;
}

/** Opens the catalog of a folder. */
export async function open(folder: string): Promise<Catalog> {
  const catalog = await openCatalog({ folder, workerUrl, appVersion: '0.1.0' });
  catalogs.push(catalog);
  return catalog;
}

/** An address as it is inserted. */
export function reference(canonical: string, typed = canonical): NewReference {
  return { canonical: canonical as CanonicalUrl, typed };
}

/** Inserts rows into all plain and media columns of a table. */
export async function insert(
  catalog: Catalog,
  table: Table,
  rows: (CellValue | NewReference)[][],
  options: { skipKnown?: boolean; signal?: AbortSignal; label?: string } = {},
): ReturnType<Catalog['rows']['insert']> {
  const columnIds = table.columns.filter((column) => column.kind !== 'computed').map((column) => column.id);
  async function* batches(): AsyncGenerator<InsertBatch> {
    yield { columnIds, rows };
  }
  return catalog.rows.insert(table.id, batches(), {
    label: options.label ?? `Inserted {rows} into ${table.path}`,
    skipKnown: options.skipKnown ?? false,
    signal: options.signal ?? new AbortController().signal,
  });
}

/** The values of all visible rows, in the order of their ids. */
export async function values(catalog: Catalog, path: string): Promise<CellValue[][]> {
  const table = await catalog.tree.getTable(path);
  const view = await catalog.views.open(table.id, { filter: null, order: [] });
  const { rows } = await catalog.views.page(view.viewId, 0, 1000);
  await catalog.views.close(view.viewId);
  return rows.map((row) => row.cells.map((cell) => cell.value));
}

/** The next change that `isWanted` takes. */
export function nextChange(catalog: Catalog, isWanted: (change: CatalogChange) => boolean): Promise<CatalogChange> {
  return new Promise((resolve) => {
    const stop = catalog.onChange((change) => {
      if (!isWanted(change)) return;
      stop();
      resolve(change);
    });
  });
}

/** What a promise was refused with: `cause: message | next`. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Error && 'error' in thrown) {
      const { cause, message, next } = thrown.error as { cause: string; message: string; next: string | null };
      return `${cause}: ${message}${next === null ? '' : ` | ${next}`}`;
    }
    throw thrown;
  }
  return 'nothing was refused';
}

/** Random numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
