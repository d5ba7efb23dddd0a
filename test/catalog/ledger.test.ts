import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Catalog } from '../../src-main/catalog/catalog.ts';
import { type Database, openDatabase } from '../../src-main/catalog/database.ts';
import { addIssuedLinks, listIssuedLinks } from '../../src-main/catalog/ledger.ts';
import { migrate } from '../../src-main/catalog/migrate.ts';
import { migrations } from '../../src-main/catalog/migrations/list.ts';
import type { NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import { insert, newFolder, open, reference } from './open-library.ts';

const noon = new Date('2026-11-24T12:00:00Z');
/** An instant so many minutes from noon, as links say it. */
const at = (minutes: number) => `${new Date(noon.getTime() + minutes * 60_000).toISOString().slice(0, 19)}Z`;

/** A link that was issued so many minutes from noon and ends so many minutes from noon. */
function issued(fileurl: string, issuedMinutes: number, endMinutes: number | null, more: Partial<NewIssuedLink> = {}): NewIssuedLink {
  return {
    fileurl,
    typed: fileurl,
    issued_at: at(issuedMinutes),
    expires_at: endMinutes === null ? null : at(endMinutes),
    limited_by: 'asked',
    signed_as: 'profile work',
    asked_seconds: 3600,
    disposition: null,
    filename: null,
    content_type: null,
    by: 'window',
    ...more,
  };
}

const everything = { search: null, reference: null, state: null, now: noon, start: 0, end: 100 } as const;

async function listed(catalog: Catalog, query: Partial<Parameters<Catalog['ledger']['list']>[0]> = {}): Promise<string> {
  const { total, entries } = await catalog.ledger.list({ ...everything, ...query });
  return `${total}: ${entries.map(({ fileurl }) => fileurl).join(' ')}`;
}

it('keeps what was issued, newest first, and finds it by any part of the reference, by its whole, and by whether it still works', async () => {
  const folder = newFolder();
  let catalog = await open(folder);
  const asked = { disposition: 'attachment', filename: 'Été “1”.jpg', content_type: 'image/jpeg', by: 'command line' } as const;
  const first = issued('s3://media/100%_#?.jpg', -90, -30, { typed: 's3://media/./100%_#?.jpg', ...asked });
  await catalog.ledger.add([first, issued('gs://shots/b.jpg', -60, 60), issued('az://a/c/noend.jpg', -10, null)]);
  await catalog.ledger.add([issued('s3://media/1000.jpg', -70, 1)]);
  await catalog.close();
  catalog = await open(folder);
  expect(await listed(catalog)).toBe('4: az://a/c/noend.jpg gs://shots/b.jpg s3://media/1000.jpg s3://media/100%_#?.jpg');
  expect(await listed(catalog, { search: '100%_' })).toBe('1: s3://media/100%_#?.jpg');
  expect(await listed(catalog, { search: 'MEDIA/./' })).toBe('1: s3://media/100%_#?.jpg');
  expect(await listed(catalog, { reference: 's3://media/100' })).toBe('0: ');
  expect(await listed(catalog, { reference: 'gs://shots/b.jpg' })).toBe('1: gs://shots/b.jpg');
  expect(await listed(catalog, { state: 'ended' })).toBe('1: s3://media/100%_#?.jpg');
  expect(await listed(catalog, { state: 'alive', search: 's3:' })).toBe('1: s3://media/1000.jpg');
  expect(await listed(catalog, { start: 1, end: 3 })).toBe('4: gs://shots/b.jpg s3://media/1000.jpg');
  expect(await catalog.ledger.get([1, 99])).toEqual([{ id: 1, ...first }]);
  expect(await catalog.ledger.forget([1, 2, 99])).toBe(2);
  expect(await listed(catalog)).toBe('2: az://a/c/noend.jpg s3://media/1000.jpg');
  await expect(catalog.ledger.list({ ...everything, end: 1_001 })).rejects.toThrow('At most 1000 issued links are read at once.');
});

it('has one entry a presigned cell and file, which the next issue replaces under its id, and lists it once with those asked for by hand', async () => {
  const catalog = await open(newFolder());
  const table = await catalog.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  await insert(catalog, table, [[reference('s3://media/a.jpg')]]);
  const column = { name: 'link', expression: 'presigned_url(image, 3600)', type: 'string', level: 'sign', isVolatile: true } as const;
  const { id: columnId } = await catalog.tree.addComputedColumn('t', { ...column, reads: [table.columns[0]?.id ?? 0] });
  const told: string[] = [];
  catalog.onChange(({ kind }) => told.push(kind));
  const issue = (fileurl: string, issuedMinutes: number) => {
    const link = issued(fileurl, issuedMinutes, issuedMinutes + 60, { by: 'column' });
    return catalog.cells.write(table.id, [
      {
        rowId: 1 as RowId,
        rowRevision: 0,
        columnId,
        columnRevision: 1,
        outcome: {
          state: 'ok',
          value: 'https://a.invalid/?X-Amz-Signature=secret',
          link: { expiresAt: link.expires_at, limitedBy: 'asked', issued: link },
        },
      },
    ]);
  };
  await issue('s3://media/a.jpg', -120);
  await catalog.ledger.add([issued('s3://media/a.jpg', -100, -40)]);
  await issue('s3://media/a.jpg', 0);
  await issue('s3://media/b.jpg', -1);
  const { entries } = await catalog.ledger.list(everything);
  expect(entries.map(({ id, fileurl, issued_at, by }) => [id, fileurl, issued_at, by])).toEqual([
    [1, 's3://media/a.jpg', at(0), 'column'],
    [expect.any(Number), 's3://media/b.jpg', at(-1), 'column'],
    [2, 's3://media/a.jpg', at(-100), 'window'],
  ]);
  expect(told.filter((kind) => kind === 'ledger')).toHaveLength(4);
  expect(JSON.stringify(entries)).not.toContain('secret');
});

/** The ledger alone, in a file of its own. */
function ledgerOf(count = migrations.length): { database: Database; add(links: NewIssuedLink[], most?: number): void; close(): void } {
  const folder = newFolder();
  const database = openDatabase(join(folder, 'catalog.sqlite'), { isReadOnly: false, newestBackup: () => null });
  migrate(database, migrations.slice(0, count), { backupFolder: join(folder, 'backups'), appVersion: '1', now: () => noon });
  const writer = { database, now: () => noon, announce() {} };
  return {
    database,
    add: (links, most = 30) => addIssuedLinks(writer, links, { most, countedEvery: 10 }),
    close: () => database.close(),
  };
}

it('never holds more than its most: the longest ended make room first, then the oldest of those that work', () => {
  const ledger = ledgerOf();
  const names = () => listIssuedLinks(ledger.database, everything).entries.map(({ fileurl }) => fileurl);
  const working = Array.from({ length: 15 }, (_, index) => issued(`s3://b/works-${index}`, index - 500, 60));
  const ended = Array.from({ length: 10 }, (_, index) => issued(`s3://b/ended-${index}`, -60, -40 + index));
  ledger.add([...working, ...ended]);
  expect(names()).toHaveLength(20);
  expect(names().filter((name) => name.includes('ended'))).toEqual([
    's3://b/ended-9',
    's3://b/ended-8',
    's3://b/ended-7',
    's3://b/ended-6',
    's3://b/ended-5',
  ]);
  const counts = Array.from({ length: 40 }, (_, index) => {
    ledger.add([issued(`s3://b/new-${index}`, index, 90)]);
    return names().length;
  });
  expect(Math.max(...counts)).toBeLessThanOrEqual(30);
  expect(names().filter((name) => !name.includes('new'))).toEqual([]);
  ledger.close();
});

it('looks through the list by its indexes: what is newest, one reference, and what ended', () => {
  const ledger = ledgerOf();
  const plan = (sql: string) => ledger.database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).map(({ detail }) => detail);
  expect(plan('SELECT * FROM issued_link ORDER BY issued_at DESC, id DESC LIMIT 100')).toEqual([
    'SCAN issued_link USING INDEX issued_link_at',
  ]);
  expect(plan("SELECT * FROM issued_link WHERE canonical = 'a' ORDER BY issued_at DESC, id DESC")[0]).toBe(
    'SEARCH issued_link USING INDEX issued_link_reference (canonical=?)',
  );
  expect(plan("SELECT id FROM issued_link WHERE expires_at <= 'a' ORDER BY expires_at LIMIT 9")).toEqual([
    'SEARCH issued_link USING COVERING INDEX issued_link_end (expires_at<?)',
  ]);
  ledger.close();
});

it('comes to a catalog that has rows without touching them', () => {
  const { database, close } = ledgerOf(2);
  database.run("INSERT INTO reference (canonical, asked_as) VALUES ('s3://b/🌅 “a”', NULL)");
  database.run("INSERT INTO memory (key, value) VALUES ('', '\"\"')");
  const before = [database.all('SELECT * FROM reference'), database.all('SELECT * FROM memory')];
  const options = { backupFolder: newFolder(), appVersion: '1', now: () => noon };
  expect(migrate(database, migrations, options)[0]).toBe('0030-list-issued-links');
  expect([database.all('SELECT * FROM reference'), database.all('SELECT * FROM memory')]).toEqual(before);
  expect(database.all('SELECT * FROM issued_link')).toEqual([]);
  close();
});
