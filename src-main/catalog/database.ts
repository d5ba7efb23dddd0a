/** A connection to a SQLite file: statements are prepared once, expected errors become `Failure`. */
import Sqlite from 'better-sqlite3';
import { Failure, fail } from '../../src-shared/model/error.ts';

/** What can be bound to `?` and read from a column. */
export type SqlValue = string | number | null | Uint8Array;

/** An open file. All methods throw `Failure` for a full disk, a damaged file and a read-only one. */
export interface Database {
  readonly sqlite: Sqlite.Database;
  all<R>(sql: string, ...parameters: SqlValue[]): R[];
  one<R>(sql: string, ...parameters: SqlValue[]): R | undefined;
  run(sql: string, ...parameters: SqlValue[]): { changes: number; id: number };
  /** The statement itself, for loops: within `write`, whose failures are the caller's. Not to be kept beyond it. */
  prepared(sql: string): Sqlite.Statement<unknown[]>;
  /** All of `work` or nothing. Not to be nested. */
  write<T>(work: () => T): T;
  /** All of `work` sees one state of the file. */
  read<T>(work: () => T): T;
  close(): void;
}

/** Says something of a statement that took long: its text without values, in milliseconds. */
export type SlowQuery = (what: { sql: string; milliseconds: number }) => void;

const slowMilliseconds = 200;
const preparedLimit = 400;

/** Opens a file. `newestBackup` is named where the file turns out to be damaged. */
export function openDatabase(
  file: string,
  options: { isReadOnly: boolean; newestBackup: () => string | null; slowQuery?: SlowQuery },
): Database {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw understood(thrown, file, options.newestBackup);
    }
  };
  const sqlite = guard(() => new Sqlite(file, { readonly: options.isReadOnly, timeout: 10_000 }));
  const prepared = new Map<string, Sqlite.Statement<unknown[]>>();
  const statement = (sql: string): Sqlite.Statement<unknown[]> => {
    const known = prepared.get(sql);
    if (known) return known;
    if (prepared.size >= preparedLimit) prepared.clear();
    const fresh = sqlite.prepare<unknown[]>(sql);
    prepared.set(sql, fresh);
    return fresh;
  };
  const timed = <T>(sql: string, work: () => T): T =>
    guard(() => {
      const began = performance.now();
      const result = work();
      const milliseconds = performance.now() - began;
      if (milliseconds > slowMilliseconds) options.slowQuery?.({ sql, milliseconds: Math.round(milliseconds) });
      return result;
    });
  return {
    sqlite,
    all: <R>(sql: string, ...parameters: SqlValue[]) => timed(sql, () => statement(sql).all(...parameters) as R[]),
    one: <R>(sql: string, ...parameters: SqlValue[]) => timed(sql, () => statement(sql).get(...parameters) as R | undefined),
    run: (sql, ...parameters) =>
      timed(sql, () => {
        const { changes, lastInsertRowid } = statement(sql).run(...parameters);
        return { changes, id: Number(lastInsertRowid) };
      }),
    prepared: statement,
    write: (work) => guard(() => sqlite.transaction(work).immediate()),
    read: (work) => guard(() => sqlite.transaction(work).deferred()),
    close: () => sqlite.close(),
  };
}

/** What SQLite says, in Vitrine's words; anything unexpected is given back as it is. */
function understood(thrown: unknown, file: string, newestBackup: () => string | null): unknown {
  if (thrown instanceof Failure || !(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return thrown;
  const code = thrown.code;
  if (code === 'SQLITE_FULL') {
    return fail('disk_full', { message: 'The disk is full: the library could not be written.', next: 'Free some space and try again.' });
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    const backup = newestBackup();
    return fail('corrupt', {
      message: `The library's catalog is damaged: ${file}.`,
      next: backup ? `Put the last backup in its place: ${backup}. Vitrine leaves the file as it is.` : 'Vitrine leaves the file as it is.',
    });
  }
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_CANTOPEN' || code === 'SQLITE_PERM') {
    return fail('read_only', { message: `${file} cannot be written.`, next: 'Choose another folder.' });
  }
  return thrown;
}
