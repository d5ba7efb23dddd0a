/** Small facts that are remembered under a key. */
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { Database } from './database.ts';

/** What was put under the key, or null. */
export function getMemory(database: Database, key: string): CellValue {
  const row = database.one<{ value: string }>('SELECT value FROM memory WHERE key = ?', key);
  return row ? JSON.parse(row.value) : null;
}

/** Puts a value under the key; null forgets it. */
export function setMemory(database: Database, key: string, value: CellValue): void {
  if (value === null) database.run('DELETE FROM memory WHERE key = ?', key);
  else database.run('INSERT OR REPLACE INTO memory (key, value) VALUES (?, ?)', key, JSON.stringify(value));
}
