/** Published test data that is not part of the project: beside it in `../shared/vectors`, or not there at all. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of some vectors, or null with a loud word when it is not there; tests that need it are then skipped. */
export function vectorsFolder(name: string): string | null {
  const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'vectors', name);
  if (existsSync(folder)) return folder;
  console.warn(`SKIPPED: the vectors “${name}” are not at ../shared/vectors/${name}, so nothing was compared with them.`);
  return null;
}
