/** The page's own files, from the folder of the build and nowhere else. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
};

export interface StaticFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Files under `assets/` carry a hash of their content in their name. */
  readonly isImmutable: boolean;
}

/** The file of that path, or null. Only plain names in at most one folder are looked at, so that no path can climb. */
export async function readStaticFile(root: string, path: string): Promise<StaticFile | null> {
  const name = path === '/' ? '/index.html' : path;
  if (!/^\/(?:assets\/)?[\w-][\w.-]*$/.test(name)) return null;
  const type = types[extname(name)];
  if (!type) return null;
  try {
    return { type, bytes: await readFile(join(root, name)), isImmutable: name.startsWith('/assets/') };
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw thrown;
  }
}
