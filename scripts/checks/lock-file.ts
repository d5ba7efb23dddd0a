/** The lock file names no registry: it must install from whichever one a user has. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line a finding. */
export function checkLockFile(root: string): string[] {
  const path = join(root, 'package-lock.json');
  if (!existsSync(path)) return ['package-lock.json is missing'];
  const named = readFileSync(path, 'utf8').match(/"resolved": "https?:/g)?.length ?? 0;
  return named === 0 ? [] : [`package-lock.json names a registry in ${named} places; install with omit-lockfile-registry-resolved`];
}
