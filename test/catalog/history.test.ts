import { expect, it } from 'vitest';
import type { Catalog } from '../../src-main/catalog/catalog.ts';
import { insert, newFolder, open, reference, refusal, values } from './open-library.ts';

const computed = { name: 'size', expression: 'image.width', type: 'int', level: 'header', isVolatile: false } as const;

/** All a user sees, as text. */
async function look(catalog: Catalog): Promise<string> {
  const { folders, tables } = await catalog.tree.list(null);
  const lines = [folders.map((folder) => folder.path).join(' ')];
  for (const table of tables) {
    const columns = table.columns.map((column) => `${column.name}${column.expression === null ? '' : `=${column.expression}`}`);
    lines.push(`${table.path}(${columns.join(' ')}) ${table.rowCount} ${JSON.stringify(await values(catalog, table.path))}`);
  }
  return lines.join('\n');
}

it('takes back and does again every kind of change, across closing and opening', async () => {
  const folder = newFolder();
  let catalog = await open(folder);
  const states = [await look(catalog)];
  const labels: string[] = [];
  const after = async (work: Promise<unknown>): Promise<void> => {
    await work;
    states.push(await look(catalog));
    labels.push((await catalog.history.next()).undo ?? 'none');
  };
  const { tree, rows } = catalog;
  await after(tree.createFolder('demo', { ifNotExists: false }));
  await after(tree.createFolder('other', { ifNotExists: false }));
  await after(tree.createTable('demo/beach', [{ name: 'image', type: 'image' }], { ifNotExists: false }));
  const table = await tree.getTable('demo/beach');
  const imageId = table.columns[0]?.id ?? 0;
  await after(insert(catalog, table, [[reference('s3://b/1')], [reference('s3://b/2')], [reference('s3://b/3')]]));
  await after(tree.addColumn(table.id, { name: 'note', type: 'string' }));
  const noteId = (await tree.getTable(table.id)).columns[1]?.id ?? 0;
  await after(rows.update(table.id, { where: 'image != null' }, [{ columnId: noteId, value: 'all' }]));
  await after(
    rows.update(table.id, { rowIds: [2] }, [
      { columnId: noteId, value: 'two' },
      { columnId: imageId, value: reference('s3://b/new', 'typed') },
    ]),
  );
  await after(tree.addComputedColumn(table.id, { ...computed, reads: [imageId] }));
  await after(tree.setExpression(table.id, { ...computed, expression: 'image.height', reads: [imageId] }));
  await after(rows.delete(table.id, { where: "note == 'all'" }));
  await after(tree.renameColumn(table.id, 'note', 'words', []));
  await after(tree.dropColumn(table.id, 'words'));
  await after(tree.renameTable(table.id, 'sea'));
  await after(tree.moveTable(table.id, null));
  const other = (await tree.list(null)).folders.find((each) => each.name === 'other')?.id ?? 0;
  await after(tree.renameFolder(other, 'another'));
  await after(tree.moveFolder(other, (await tree.list(null)).folders.find((each) => each.name === 'demo')?.id ?? 0));
  await after(tree.dropTable('sea'));
  await after(tree.dropFolder('demo', { force: true }));
  expect(labels).toEqual([
    'Created folder demo',
    'Created folder other',
    'Created table demo/beach',
    'Inserted 3 rows into demo/beach',
    'Added column note to demo/beach',
    'Changed note in 3 rows of demo/beach',
    'Changed note, image in 1 row of demo/beach',
    'Added column size to demo/beach',
    'Changed the expression of size in demo/beach',
    'Removed 2 rows from demo/beach',
    'Renamed column note of demo/beach to words',
    'Removed column words from demo/beach',
    'Renamed table demo/beach to sea',
    'Moved table demo/sea to the library',
    'Renamed folder other to another',
    'Moved folder another to demo',
    'Removed table sea',
    'Removed folder demo',
  ]);
  for (let index = states.length - 2; index >= 0; index -= 1) {
    if (index % 5 === 0) {
      await catalog.close();
      catalog = await open(folder);
    }
    const undone = await catalog.history.undo(1);
    expect(undone.map((change) => change.label)).toEqual([labels[index]]);
    expect(await look(catalog)).toBe(states[index]);
  }
  expect(await refusal(catalog.history.undo(1))).toBe('invalid_input: There is nothing to undo.');
  for (let index = 1; index < states.length; index += 1) {
    await catalog.history.redo(1);
    expect(await look(catalog)).toBe(states[index]);
  }
  expect(await catalog.history.undo(99)).toHaveLength(18);
  expect(await catalog.history.redo(18)).toHaveLength(18);
  expect(await look(catalog)).toBe(states.at(-1));
});

it('cannot redo after a new change, and gives the name and the ids of what was undone to nobody', async () => {
  const folder = newFolder();
  const catalog = await open(folder);
  const make = () => catalog.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  const first = await make();
  await catalog.tree.addColumn(first.id, { name: 'n', type: 'int' });
  await insert(catalog, await catalog.tree.getTable('t'), [[reference('s3://b/1'), 1]]);
  await catalog.history.undo(1);
  const result = await insert(catalog, await catalog.tree.getTable('t'), [[reference('s3://b/2'), 2]]);
  expect(result.firstRowId).toBe(2);
  expect(await values(catalog, 't')).toEqual([['s3://b/2', 2]]);
  expect(await refusal(catalog.history.redo(1))).toBe('invalid_input: There is nothing to redo.');
  await catalog.history.undo(3);
  const second = await make();
  expect(second.id).toBeGreaterThan(first.id);
  expect(await catalog.history.trashList()).toEqual([]);
  expect((await catalog.history.list(10)).map((change) => change.label)).toEqual(['Created table t']);
});

it('makes one change of several, also where a part of them fails', async () => {
  const catalog = await open(newFolder());
  const work = catalog.history.asOne('Opened the sample', async () => {
    await catalog.tree.createFolder('sample', { ifNotExists: false });
    const table = await catalog.tree.createTable('sample/t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
    await insert(catalog, table, [[reference('s3://b/1')]]);
    await catalog.tree.createFolder('sample', { ifNotExists: false });
  });
  expect(await refusal(work)).toBe('already_exists: There is already a folder "sample" here. | Choose another name for the folder.');
  expect(await catalog.history.list(10)).toMatchObject([{ label: 'Opened the sample', undone: false }]);
  await catalog.history.undo(1);
  expect(await look(catalog)).toBe('');
  await catalog.history.redo(1);
  expect(await look(catalog)).toBe('sample\nsample/t(image) 1 [["s3://b/1"]]');
});

it('lists the trash, restores beside what has taken the name, and empties it for good', async () => {
  const catalog = await open(newFolder());
  const { tree, history } = catalog;
  const make = async () => {
    const table = await tree.createTable(
      't',
      [
        { name: 'image', type: 'image' },
        { name: 'n', type: 'int' },
      ],
      { ifNotExists: false },
    );
    await insert(catalog, table, [
      [reference('s3://b/1'), 1],
      [reference('s3://b/2'), 2],
      [reference('s3://b/3'), 3],
    ]);
    return table;
  };
  const first = await make();
  await tree.dropTable('t');
  const second = await make();
  await catalog.rows.delete(second.id, { where: 'n > 1' });
  await tree.dropColumn('t', 'n');
  const list = await history.trashList();
  expect(list.map((item) => `${item.kind} ${item.name} from ${item.from} (${item.rows})`)).toEqual([
    'column n from t (1)',
    'rows 2 rows from t (2)',
    'table t from  (3)',
  ]);
  expect(await history.restore(list.map((item) => item.id))).toBe(3);
  expect(await look(catalog)).toBe(
    [
      '',
      't(image n) 3 [["s3://b/1",1],["s3://b/2",2],["s3://b/3",3]]',
      't_2(image n) 3 [["s3://b/1",1],["s3://b/2",2],["s3://b/3",3]]',
    ].join('\n'),
  );
  expect(await history.trashList()).toEqual([]);
  await history.undo(1);
  expect(await history.trashList()).toEqual(list);
  expect(await history.emptyTrash(null)).toEqual({ rows: 5, tables: 1, columns: 1, folders: 0 });
  expect(await look(catalog)).toBe('\nt(image) 1 [["s3://b/1"]]');
  expect((await history.list(10)).map((change) => change.label)).not.toContain('Removed table t');
  await history.undo(99);
  expect(await look(catalog)).toBe('');
  expect(first.id).not.toBe(second.id);
});
