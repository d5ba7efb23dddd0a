/** How fast addresses go into a table, beside bare inserts of the same texts in one transaction. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Figure } from '../../scripts/bench-figure.ts';
import type { InsertBatch } from '../../src-main/catalog/catalog.ts';
import { openCatalog } from '../../src-main/catalog/open-catalog.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

const rowCount = 100_000;
const rowsOfBatch = 5_000;

/** Rows a second of both, and their ratio, of which at least a sixth is wanted. */
export async function run(): Promise<Figure[]> {
  const urls = Array.from({ length: rowCount }, (_, index) => `https://images.example.org/photos/2026/${index % 365}/img_${index}.jpg`);
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-bench-'));
  try {
    const yardstick = bareInserts(join(folder, 'bare.sqlite'), urls);
    const value = await catalogInserts(join(folder, 'library'), urls);
    return [{ name: 'insert 100,000 addresses', unit: 'rows/s', value, yardstick, ratio: value / yardstick, want: { atLeast: 1 / 6 } }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bareInserts(file: string, urls: string[]): number {
  const sqlite = new Sqlite(file);
  sqlite.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE bare (id INTEGER PRIMARY KEY, url TEXT NOT NULL) STRICT',
  );
  const insert = sqlite.prepare('INSERT INTO bare (url) VALUES (?)');
  const began = performance.now();
  sqlite.transaction(() => {
    for (const url of urls) insert.run(url);
  })();
  const seconds = (performance.now() - began) / 1000;
  sqlite.close();
  return Math.round(urls.length / seconds);
}

async function catalogInserts(folder: string, urls: string[]): Promise<number> {
  const workerUrl = new URL('../../src-main/catalog/catalog-worker.ts', import.meta.url);
  const catalog = await openCatalog({ folder, workerUrl, appVersion: '0.0.0' });
  try {
    const table = await catalog.tree.createTable('bench', [{ name: 'image', type: 'image' }], { ifNotExists: false });
    const columnIds = table.columns.map((column) => column.id);
    async function* batches(): AsyncGenerator<InsertBatch> {
      for (let start = 0; start < urls.length; start += rowsOfBatch) {
        yield { columnIds, rows: urls.slice(start, start + rowsOfBatch).map((url) => [{ canonical: url as CanonicalUrl, typed: url }]) };
      }
    }
    const began = performance.now();
    await catalog.rows.insert(table.id, batches(), { label: 'Inserted {rows}', skipKnown: false, signal: new AbortController().signal });
    return Math.round(urls.length / ((performance.now() - began) / 1000));
  } finally {
    await catalog.close();
  }
}
