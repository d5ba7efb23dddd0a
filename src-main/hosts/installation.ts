/** Where the parts of this installation lie. Each host says it once from its entry's own place; nobody else guesses paths. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Installation } from '../library.ts';

/** Where the `ffmpeg-static` package puts its binary, below the folder with `node_modules`. */
export function bundledFfmpegIn(root: string): string {
  return join(root, 'node_modules', 'ffmpeg-static', process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg');
}

/**
 * The installation seen from an entry file, on plain Node: run from the sources (`src-main/hosts/<host>/main.ts`) or from the build
 * (`out/main/<entry>.js`).
 */
export function plainNodeInstallation(entry: string, version: string): Installation {
  const file = fileURLToPath(entry);
  const isSource = file.endsWith('.ts');
  const root = isSource ? join(dirname(file), '..', '..', '..') : join(dirname(file), '..', '..');
  const part = (source: string, built: string) => (isSource ? join(root, 'src-main', source) : join(root, 'out', 'main', built));
  return {
    version,
    platform: process.platform,
    catalogWorker: part(join('catalog', 'catalog-worker.ts'), 'catalog-worker.js'),
    decodeHelper: part(join('media', 'decode-helper.ts'), 'decode-helper.js'),
    node: process.execPath,
    bundledFfmpeg: bundledFfmpegIn(root),
    assets: join(root, 'assets'),
    renderer: join(root, 'out', 'renderer'),
  };
}
