/** A process that inserts for ever and says how many rows each step has reached, until it is killed. Arguments: the library folder. */
import type { InsertBatch } from '../../src-main/catalog/catalog.ts';
import { openCatalog } from '../../src-main/catalog/open-catalog.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

const workerUrl = new URL('../../src-main/catalog/catalog-worker.ts', import.meta.url);
const catalog = await openCatalog({ folder: process.argv[2] ?? '', workerUrl, appVersion: '0.1.0' });
const table = await catalog.tree.getTable('t');
const columnIds = table.columns.map((column) => column.id);

async function* endless(): AsyncGenerator<InsertBatch> {
  for (let batch = 0; ; batch += 1) {
    yield {
      columnIds,
      rows: Array.from({ length: 500 }, (_, row) => [{ canonical: `s3://new/${batch}/${row}` as CanonicalUrl, typed: 'x' }]),
    };
  }
}

await catalog.rows.insert(table.id, endless(), {
  label: 'Never ended',
  skipKnown: false,
  signal: new AbortController().signal,
  onProgress: (rows) => process.stdout.write(`${rows}\n`),
});
