/** Puts the sample that comes with Vitrine into a library. */
import { fail } from '../src-shared/model/error.ts';
import type { Platform } from '../src-shared/reference/file-path.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { Compute } from './compute/compute.ts';
import { type SampleTable, sampleTables } from './importing/sample.ts';
import type { Log } from './log/log.ts';

/** What inserting the sample needs of a library, and where the installation keeps it. */
export interface SampleSurroundings {
  readonly assets: string;
  readonly platform: Platform;
  readonly catalog: Catalog;
  readonly compute: Compute;
  readonly log: Log;
}

/**
 * Inserts the sample's folder with its tables, references and computed columns as one change, so that one undo removes it all. The
 * columns fill in the background. Gives the id of the first table.
 * @throws Failure `already_exists` when the library has the sample's folder, `not_found` when the installation lacks it
 */
export async function insertSample({ assets, platform, catalog, compute, log }: SampleSurroundings): Promise<number> {
  const { folder, tables } = await sampleTables(assets, platform);
  const tableIds = await catalog.history.asOne('Opened the sample library', async () => {
    await catalog.tree.createFolder(folder, { ifNotExists: false });
    const ids: number[] = [];
    for (const table of tables) ids.push(await insertTable(catalog, compute, table));
    return ids;
  });
  for (const tableId of tableIds) {
    const table = await catalog.tree.getTable(tableId);
    const columnIds = table.columns.filter(({ kind }) => kind === 'computed').map(({ id }) => id);
    compute.run({ table, columnIds }).catch((thrown: unknown) => log.bug('the columns of the sample could not be computed', thrown));
  }
  const [first] = tableIds;
  if (first === undefined)
    throw fail('not_found', { message: 'The sample is missing from this installation.', next: 'Install Vitrine again.' });
  return first;
}

async function insertTable(catalog: Catalog, compute: Compute, { path, column, computed, references }: SampleTable): Promise<number> {
  const { id, columns } = await catalog.tree.createTable(path, [column], { ifNotExists: false });
  const columnIds = columns.map((one) => one.id);
  const batch = { columnIds, rows: references.map((reference) => [reference]) };
  await catalog.rows.insert(id, batches([batch]), {
    label: `Inserted ${references.length} rows`,
    skipKnown: false,
    signal: new AbortController().signal,
  });
  for (const { name, expression } of computed) {
    await catalog.tree.addComputedColumn(id, compute.plan(await catalog.tree.getTable(id), name, expression));
  }
  return id;
}

async function* batches<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
