/** The source files of a tree, as the checks read them. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** All files below these folders of `root` with one of the extensions, in order; folders that are not there are empty. */
export function sourceFiles(root: string, folders: readonly string[], extensions: readonly string[]): SourceFile[] {
  const found: SourceFile[] = [];
  const walk = (path: string): void => {
    for (const name of readdirSync(join(root, path)).sort()) {
      const inner = `${path}/${name}`;
      if (statSync(join(root, inner)).isDirectory()) walk(inner);
      else if (extensions.some((extension) => name.endsWith(extension)))
        found.push({ path: inner, text: readFileSync(join(root, inner), 'utf8') });
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) walk(folder);
  return found;
}
