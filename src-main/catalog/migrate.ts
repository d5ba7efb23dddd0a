/** Brings a catalog's schema up to date, step by step, each in a transaction with its number. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { VitrineError } from '../../src-shared/model/error.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Database } from './database.ts';

/** A frozen step. `oldestReader` is the number of the newest migration that a Vitrine must at least know to read what this one leaves. */
export interface Migration {
  readonly number: number;
  /** As the file is named: `0010-create-catalog`. */
  readonly name: string;
  readonly oldestReader: number;
  readonly sql: string;
}

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly oldest_reader: number;
  readonly app_version: string;
}

/** Throws where a list is not strictly rising in tens, naming both neighbours. */
export function checkMigrationList(migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    const before = migrations[index - 1];
    if (migration.number % 10 !== 0 || !migration.name.startsWith(`${String(migration.number).padStart(4, '0')}-`)) {
      throw new Error(`The migration "${migration.name}" must be numbered in tens and named after its number ${migration.number}.`);
    }
    if (before && migration.number <= before.number) {
      throw new Error(`The migration "${migration.name}" stands after "${before.name}" but its number is not higher.`);
    }
  });
}

/** What stands in the way of changing this catalog: null, or why it may only be read. Refuses what cannot even be read. */
export function readableOnly(database: Database, migrations: readonly Migration[]): VitrineError | null {
  const newest = migrations.at(-1)?.number ?? 0;
  const newer = appliedTo(database).filter((applied) => applied.number > newest);
  const last = newer.at(-1);
  if (!last) return null;
  const failure = fail('newer_version', {
    message: `This library was made by a newer Vitrine (${last.app_version}).`,
    next: `Install Vitrine ${last.app_version} or newer.`,
  });
  if (newer.some((applied) => applied.oldest_reader > newest)) throw failure;
  return { ...failure.error, next: `It is open for reading. Install Vitrine ${last.app_version} or newer to change it.` };
}

/**
 * Applies what is missing and gives the names of what it applied. A catalog with content is copied to `backupFolder` first.
 * Fails with `corrupt` where the history of the file is not that of the list.
 */
export function migrate(
  database: Database,
  migrations: readonly Migration[],
  options: { backupFolder: string; appVersion: string; now: () => Date },
): string[] {
  checkMigrationList(migrations);
  const applied = appliedTo(database);
  checkHistory(applied, migrations);
  const missing = migrations.slice(applied.length);
  if (missing.length === 0) return [];
  if (applied.length > 0) backUp(database, options);
  else refuseForeignFile(database);
  for (const migration of missing) {
    database.write(() => {
      if (applied.length === 0 && migration === missing[0]) {
        database.sqlite.exec(`CREATE TABLE migration (
          number INTEGER PRIMARY KEY, name TEXT NOT NULL, oldest_reader INTEGER NOT NULL, app_version TEXT NOT NULL, at TEXT NOT NULL
        ) STRICT`);
      }
      database.sqlite.exec(migration.sql);
      database.run(
        'INSERT INTO migration (number, name, oldest_reader, app_version, at) VALUES (?, ?, ?, ?, ?)',
        migration.number,
        migration.name,
        migration.oldestReader,
        options.appVersion,
        options.now().toISOString(),
      );
    });
  }
  return missing.map((migration) => migration.name);
}

function appliedTo(database: Database): Applied[] {
  if (!database.one("SELECT 1 AS found FROM sqlite_schema WHERE type = 'table' AND name = 'migration'")) return [];
  return database.all<Applied>('SELECT number, name, oldest_reader, app_version FROM migration ORDER BY number');
}

function checkHistory(applied: Applied[], migrations: readonly Migration[]): void {
  applied.forEach((done, index) => {
    const expected = migrations[index];
    if (expected?.number === done.number && expected.name === done.name) return;
    throw fail('corrupt', {
      message: `The catalog's history is broken: it has "${done.name}" where "${expected?.name ?? 'nothing'}" belongs.`,
      next: 'Open the library with the Vitrine that wrote it, or put back a backup.',
    });
  });
}

function refuseForeignFile(database: Database): void {
  const other = database.one<{ name: string }>("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' LIMIT 1");
  if (!other) return;
  throw fail('corrupt', {
    message: `catalog.sqlite is not a catalog of Vitrine: it has "${other.name}" and no migrations.`,
    next: 'Move that file away, or choose another library folder.',
  });
}

function backUp(database: Database, options: { backupFolder: string; now: () => Date }): void {
  const hasContent = database.one(
    "SELECT 1 AS found FROM sqlite_schema WHERE name = 'user_table' AND EXISTS (SELECT 1 FROM user_table UNION ALL SELECT 1 FROM folder)",
  );
  if (!hasContent) return;
  mkdirSync(options.backupFolder, { recursive: true });
  const stamp = options.now().toISOString().replaceAll(':', '-');
  database.run('VACUUM INTO ?', join(options.backupFolder, `catalog-${stamp}.sqlite`));
}
