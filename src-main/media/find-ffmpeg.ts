/** Where ffmpeg is, if it is anywhere: it is not shipped, since its licence is another (GPL) and its size that of the app. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { helperEnvironment } from './helper-environment.ts';

/** Longer than any start of it takes. */
const startLimitMs = 10_000;
/** What it says of itself is a few KB. */
const longestWords = 1024 * 1024;

/** An ffmpeg that runs. `version` is its own word, such as `7.1` or `5.1.9-0+deb12u1`; null where it says none. */
export interface FoundFfmpeg {
  readonly path: string;
  readonly version: string | null;
}

/** What a program says on its standard output when it is called so; null where it does not run, or fails. */
function wordsOf(path: string, args: readonly string[]): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const options = { timeout: startLimitMs, maxBuffer: longestWords, windowsHide: true, env: helperEnvironment() };
  execFile(path, args, options, (error, stdout) => resolve(error ? null : stdout)).stdin?.end();
  return promise;
}

/** A package without its binary, or one for another system, is none. */
async function foundAt(path: string): Promise<FoundFfmpeg | null> {
  const isThere = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  const words = isThere ? await wordsOf(path, ['-version']) : null;
  return words === null ? null : { path, version: /^ffmpeg version (\S{1,100})/.exec(words)?.[1] ?? null };
}

/**
 * The first that runs of: `FFMPEG_BIN`, the binary of the `ffmpeg-static` package at `bundled`, `ffmpeg` on the PATH of `env`. Null
 * where there is none.
 */
export async function findFfmpeg({ env, bundled }: { env: NodeJS.ProcessEnv; bundled: string | null }): Promise<FoundFfmpeg | null> {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [env.FFMPEG_BIN, bundled, ...folders.map((folder) => join(folder, name))];
  for (const candidate of candidates) {
    const found = candidate ? await foundAt(candidate) : null;
    if (found) return found;
  }
  return null;
}

/** Names of the encoders that this ffmpeg was built with, such as `libx264`. */
export async function encodersOf({ path }: FoundFfmpeg): Promise<ReadonlySet<string>> {
  const words = await wordsOf(path, ['-hide_banner', '-encoders']);
  return new Set([...(words ?? '').matchAll(/^ [VASFXBD.]{6} (\S+)/gm)].map(([, name = '']) => name));
}
