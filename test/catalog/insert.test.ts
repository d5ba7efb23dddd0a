import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { InsertBatch } from '../../src-main/catalog/catalog.ts';
import { insert, newFolder, open, reference, refusal, seeded, values } from './open-library.ts';

const kills = process.env.VITRINE_SOAK ? 25 : 2;

it('shows nothing of an import whose process was killed, and keeps all that was there', async () => {
  const folder = newFolder();
  const first = await open(folder);
  const table = await first.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  await insert(first, table, [[reference('s3://b/1')], [reference('s3://b/2')]]);
  await first.close();
  const random = seeded(Number(process.env.VITRINE_SEED ?? 11));
  for (let round = 0; round < kills; round += 1) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'insert-and-die.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunksToLive = 1 + Math.floor(random() * 12);
    let chunks = 0;
    const exited = once(child, 'exit');
    for await (const _line of createInterface({ input: child.stdout })) {
      chunks += 1;
      if (chunks === chunksToLive) child.kill('SIGKILL');
    }
    await exited;
    expect(chunks).toBeGreaterThanOrEqual(chunksToLive);

    const catalog = await open(folder);
    expect(await values(catalog, 't')).toEqual([['s3://b/1'], ['s3://b/2']]);
    expect((await catalog.tree.getTable('t')).rowCount).toBe(2);
    expect((await catalog.history.list(9)).map((change) => change.label)).toEqual(['Inserted 2 rows into t', 'Created table t']);
    await catalog.close();
    const sqlite = new Sqlite(join(folder, 'catalog.sqlite'), { readonly: true });
    expect(sqlite.prepare('SELECT count(*) FROM t1').pluck().get()).toBe(2);
    expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    sqlite.close();
  }
});

it('inserts nothing when it is aborted or its source fails, and goes on working', async () => {
  const catalog = await open(newFolder());
  const table = await catalog.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  const columnIds = table.columns.map((column) => column.id);
  const stop = new AbortController();
  async function* batches(end: () => void): AsyncGenerator<InsertBatch> {
    yield { columnIds, rows: [[reference('s3://b/1')]] };
    end();
    yield { columnIds, rows: [[reference('s3://b/2')]] };
  }
  const started = (end: () => void): Promise<unknown> =>
    catalog.rows.insert(table.id, batches(end), { label: 'x', skipKnown: false, signal: stop.signal });
  const broken = new Error('the list ended early');
  await expect(
    started(() => {
      throw broken;
    }),
  ).rejects.toBe(broken);
  expect(await refusal(started(() => stop.abort()))).toBe('cancelled: Import cancelled. Nothing was inserted.');
  expect(await values(catalog, 't')).toEqual([]);
  expect((await catalog.history.list(9)).map((change) => change.label)).toEqual(['Created table t']);
  await insert(catalog, table, [[reference('s3://b/3')]]);
  expect(await values(catalog, 't')).toEqual([['s3://b/3']]);
});

it('lets other writes between the chunks, and hides the rows until the end', async () => {
  const catalog = await open(newFolder());
  const table = await catalog.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  const columnIds = table.columns.map((column) => column.id);
  async function* batches(): AsyncGenerator<InsertBatch> {
    yield { columnIds, rows: [[reference('s3://b/1')]] };
    await catalog.tree.createFolder('between', { ifNotExists: false });
    expect(await values(catalog, 't')).toEqual([]);
    yield { columnIds, rows: [[reference('s3://b/2')]] };
  }
  const options = { label: 'First', skipKnown: false, signal: new AbortController().signal };
  const [first, second] = await Promise.all([
    catalog.rows.insert(table.id, batches(), options),
    insert(catalog, table, [[reference('s3://b/3')]]),
  ]);
  expect([first.firstRowId, first.lastRowId, second.firstRowId]).toEqual([1, 2, 3]);
  await catalog.history.undo(1);
  expect(await values(catalog, 't')).toEqual([['s3://b/1'], ['s3://b/2']]);
});
