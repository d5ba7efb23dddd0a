/** Where ffmpeg is, if it is anywhere: it is not shipped, since its licence is another (GPL) and its size that of the app. */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Longer than any start of it takes. */
const startLimitMs = 10_000;

/** True where the file is there and runs: a package without its binary, or one for another system, is none. */
async function runs(path: string): Promise<boolean> {
  const isThere = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isThere) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const child = spawn(path, ['-version'], { stdio: 'ignore', windowsHide: true, timeout: startLimitMs });
  child.on('error', () => resolve(false));
  child.on('exit', (code) => resolve(code === 0));
  return promise;
}

/**
 * The first that runs of: `FFMPEG_BIN`, the binary of the `ffmpeg-static` package at `bundled`, `ffmpeg` on the PATH of `env`. Null
 * where there is none.
 */
export async function findFfmpeg({ env, bundled }: { env: NodeJS.ProcessEnv; bundled: string | null }): Promise<string | null> {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [env.FFMPEG_BIN, bundled, ...folders.map((folder) => join(folder, name))];
  for (const candidate of candidates) if (candidate && (await runs(candidate))) return candidate;
  return null;
}
