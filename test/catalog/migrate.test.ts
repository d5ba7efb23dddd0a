import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src-main/catalog/database.ts';
import { checkMigrationList, type Migration, migrate } from '../../src-main/catalog/migrate.ts';
import { migrations } from '../../src-main/catalog/migrations/list.ts';
import { insert, newFolder, open, reference, refusal, values } from './open-library.ts';

const next = (number: number, sql = `CREATE TABLE m${number} (x INTEGER) STRICT`): Migration => ({
  number,
  name: `${String(number).padStart(4, '0')}-next`,
  oldestReader: 10,
  sql,
});

/** A catalog with a row, closed. */
async function filled(): Promise<string> {
  const folder = newFolder();
  const catalog = await open(folder);
  const table = await catalog.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  await insert(catalog, table, [[reference('s3://b/1')]]);
  await catalog.close();
  return folder;
}

function edit(folder: string, sql: string): void {
  const sqlite = new Sqlite(join(folder, 'catalog.sqlite'));
  sqlite.exec(sql);
  sqlite.close();
}

it('backs a catalog up before it migrates it, and stops before a step that fails', async () => {
  const folder = await filled();
  const database = openDatabase(join(folder, 'catalog.sqlite'), { isReadOnly: false, newestBackup: () => null });
  const options = { backupFolder: join(folder, 'backups'), appVersion: '9', now: () => new Date(0) };
  const list = [...migrations, next(9980), next(9990, 'CREATE TABLE half (x INTEGER) STRICT; INSERT INTO missing VALUES (1)')];
  expect(() => migrate(database, list, options)).toThrow('no such table: missing');
  expect(database.all('SELECT number FROM migration ORDER BY number').slice(-2)).toEqual([{ number: 40 }, { number: 9980 }]);
  expect(database.one("SELECT name FROM sqlite_schema WHERE name = 'half'")).toBeUndefined();
  expect(readdirSync(join(folder, 'backups'))).toEqual(['catalog-1970-01-01T00-00-00.000Z.sqlite']);
  expect(migrate(database, list.slice(0, -1), options)).toEqual([]);
  database.close();
});

it('makes room for parts of files, and forgets the entries of files that have other names now', () => {
  const folder = newFolder();
  const database = openDatabase(join(folder, 'catalog.sqlite'), { isReadOnly: false, newestBackup: () => null });
  const options = { backupFolder: join(folder, 'backups'), appVersion: '9', now: () => new Date(0) };
  migrate(
    database,
    migrations.filter(({ number }) => number < 40),
    options,
  );
  const columns = database.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', 'cache_entry').map(({ name }) => name);
  database.run(
    `INSERT INTO cache_entry (${columns.join(', ')}) VALUES (${columns.map((name) => (name === 'canonical' ? "'https://h/😀'" : '1')).join(', ')})`,
  );
  migrate(database, migrations, options);
  expect(database.all('SELECT * FROM cache_entry')).toEqual([]);
  const written = {
    ...{ id: 'a', canonical: 'https://h/😀', folder: '', file: 'x/😀.png', etag: null, modified: null, type: null, size: null },
    ...{ ranges: '[[0,10]]', disk_bytes: 4096, sha256: null, md5: null, since: 1, last_used: 2, checked_at: 3 },
  };
  const names = Object.keys(written);
  database.run(`INSERT INTO cache_file (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, ...Object.values(written));
  database.run("INSERT INTO kept_offline VALUES ('https://h/😀', '')");
  database.run("INSERT INTO upstream VALUES ('https://h/😀', '', 'changed', '{}')");
  expect(database.all('SELECT * FROM cache_file')).toEqual([written]);
  const plan = database.all<{ detail: string }>("EXPLAIN QUERY PLAN SELECT id FROM cache_file WHERE canonical = 'x'");
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining('cache_file_canonical')]);
  database.close();
});

it('names both neighbours of a list out of order and of a broken history', async () => {
  expect(() => checkMigrationList([next(20), next(10)])).toThrow(
    'The migration "0010-next" stands after "0020-next" but its number is not higher.',
  );
  const folder = await filled();
  edit(folder, "UPDATE migration SET name = '0010-other'");
  expect(await refusal(open(folder))).toBe(
    'corrupt: The catalog\'s history is broken: it has "0010-other" where "0010-create-catalog" belongs. | Open the library with the Vitrine that wrote it, or put back a backup.',
  );
});

it('opens a newer catalog for reading where that is allowed, else refuses it, and leaves the file as it is', async () => {
  const folder = await filled();
  edit(folder, "INSERT INTO migration VALUES (9990, '9990-future', 10, '7.0.0', '')");
  const before = readFileSync(join(folder, 'catalog.sqlite'));
  const catalog = await open(folder);
  expect(catalog.readOnly).toMatchObject({ cause: 'newer_version', message: 'This library was made by a newer Vitrine (7.0.0).' });
  expect(await values(catalog, 't')).toEqual([['s3://b/1']]);
  expect(await refusal(catalog.tree.createFolder('x', { ifNotExists: false }))).toMatch(
    /^newer_version: This library was made by a newer Vitrine/,
  );
  await catalog.memory.set('k', 1);
  expect(await catalog.memory.get('k')).toBe(1);
  await catalog.close();
  expect(readFileSync(join(folder, 'catalog.sqlite')).equals(before)).toBe(true);
  edit(folder, 'UPDATE migration SET oldest_reader = 9990 WHERE number = 9990');
  expect(await refusal(open(folder))).toBe(
    'newer_version: This library was made by a newer Vitrine (7.0.0). | Install Vitrine 7.0.0 or newer.',
  );
});

it('leaves a damaged or foreign file alone and names the last backup', async () => {
  const folder = await filled();
  const file = join(folder, 'catalog.sqlite');
  const garbage = Buffer.alloc(8192, 'not a database ');
  writeFileSync(file, garbage);
  expect(await refusal(open(folder))).toBe(`corrupt: The library's catalog is damaged: ${file}. | Vitrine leaves the file as it is.`);
  expect(readFileSync(file).equals(garbage)).toBe(true);
  const other = newFolder();
  edit(other, 'CREATE TABLE bookmarks (x)');
  expect(await refusal(open(other))).toBe(
    'corrupt: catalog.sqlite is not a catalog of Vitrine: it has "bookmarks" and no migrations. | Move that file away, or choose another library folder.',
  );
});

it('reads a library in a folder that cannot be written, and says why nothing can be changed', async () => {
  const folder = await filled();
  chmodSync(join(folder, 'catalog.sqlite'), 0o444);
  chmodSync(folder, 0o555);
  const script = `
    const { openCatalog } = await import(${JSON.stringify(new URL('../../src-main/catalog/open-catalog.ts', import.meta.url).href)});
    const workerUrl = new URL(${JSON.stringify(new URL('../../src-main/catalog/catalog-worker.ts', import.meta.url).href)});
    const catalog = await openCatalog({ folder: ${JSON.stringify(folder)}, workerUrl, appVersion: '0.1.0' });
    const refused = await catalog.tree.createFolder('x', { ifNotExists: false }).then(() => null, (thrown) => thrown.error);
    const { tables } = await catalog.tree.list(null);
    console.log(JSON.stringify([catalog.readOnly, refused, tables.map((table) => table.path + ' ' + table.rowCount)]));
    await catalog.close();`;
  // The superuser may write everywhere, so it looks as somebody else.
  const isSuperuser = process.getuid?.() === 0;
  const scriptFolder = newFolder();
  chmodSync(scriptFolder, 0o755);
  const scriptFile = join(scriptFolder, 'look.mjs');
  writeFileSync(scriptFile, script);
  const result = spawnSync(process.execPath, [scriptFile], { encoding: 'utf8', ...(isSuperuser ? { uid: 65_534, gid: 65_534 } : {}) });
  chmodSync(folder, 0o755);
  const refusedAs = { cause: 'read_only', message: `${folder} cannot be written.`, next: 'Choose another folder, or allow writing there.' };
  expect([result.stderr, JSON.parse(result.stdout || 'null')]).toEqual(['', [refusedAs, refusedAs, ['t 1']]]);
  expect(existsSync(join(folder, 'catalog.sqlite-wal'))).toBe(false);
});
