/** `keys.json`: which keys were saved by hand, and the secrets of those that no keychain could take. For its owner's eyes only. */
import { closeSync, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod/mini';
import { Failure, fail } from '../../src-shared/model/error.ts';

const Kept = z.object({
  name: z.string(),
  /** Null is AWS itself. */
  endpoint: z.nullable(z.string()),
  region: z.nullable(z.string()),
  access_key_id: z.string(),
  /** Only where no keychain holds it, and the user agreed. */
  secret_access_key: z.optional(z.string()),
});
/** One set of keys as it stands in the file. */
export type Kept = z.infer<typeof Kept>;
const KeyFileText = z.object({ keys: z.array(Kept) });

export interface KeyFile {
  readonly path: string;
  /** What is in it; empty where there is none. Throws `no_credentials` where others could read it, it is not the user's, or it is damaged. */
  read(): readonly Kept[];
  /** Two equal stamps mean the same file with the same rights. */
  stamp(): string;
  /** Replaces what is in it, whole or not at all, one change after the other also across processes. */
  change(to: (kept: readonly Kept[]) => readonly Kept[]): Promise<void>;
}

/** How long another process may take to write it, in ms; one that takes longer is dead. */
const patienceMs = 5_000;
const askAgainMs = 20;

/**
 * Where the file is: `vitrine` in `$XDG_CONFIG_HOME` or `~/.config`; on macOS `~/Library/Application Support/Vitrine`, on Windows
 * `%APPDATA%\Vitrine`.
 */
export function keyFilePath(env: Readonly<Record<string, string | undefined>>, home: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'Vitrine', 'keys.json');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Vitrine', 'keys.json');
  return join(env.XDG_CONFIG_HOME || join(home, '.config'), 'vitrine', 'keys.json');
}

/** Opens nothing yet. */
export function createKeyFile(path: string): KeyFile {
  let held: { stamp: string; kept: readonly Kept[] } | null = null;
  let changing: Promise<void> = Promise.resolve();

  function read(): readonly Kept[] {
    const stamp = stampOf(path);
    if (held?.stamp !== stamp) held = { stamp, kept: readKept(path) };
    return held.kept;
  }

  async function change(to: (kept: readonly Kept[]) => readonly Kept[]): Promise<void> {
    const temporary = `${path}.new`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // The file beside it is the lock: whoever made it writes, all others wait.
    const file = await openAlone(temporary);
    try {
      await file.writeFile(`${JSON.stringify({ keys: to(readKept(path)) }, null, 2)}\n`);
      await file.sync();
      await file.close();
      await rename(temporary, path);
    } catch (thrown) {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw thrown;
    }
  }

  return {
    path,
    read,
    stamp: () => stampOf(path),
    change(to) {
      const changed = changing.then(() => change(to)).catch((thrown: unknown) => Promise.reject(notWritten(thrown, path)));
      changing = changed.catch(() => undefined);
      return changed;
    },
  };
}

async function openAlone(path: string) {
  const until = Date.now() + 2 * patienceMs;
  for (;;) {
    try {
      return await open(path, 'wx', 0o600);
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST' || Date.now() > until) throw thrown;
      const other = await stat(path).catch(() => null);
      if (other && Date.now() - other.mtimeMs > patienceMs) await rm(path, { force: true });
      else await wait(askAgainMs);
    }
  }
}

function readKept(path: string): readonly Kept[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return [];
    throw unusable(`“${path}” cannot be read, so the saved keys are not used.`, 'Change the permissions of the file.');
  }
  try {
    // What was opened is looked at, not what may lie there a moment later.
    refuseOpenToOthers(path, fstatSync(descriptor));
    const parsed = KeyFileText.safeParse(JSON.parse(readFileSync(descriptor, 'utf8')));
    if (parsed.success) return parsed.data.keys;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  } finally {
    closeSync(descriptor);
  }
  throw unusable(`“${path}” is damaged, so the saved keys are not used.`, 'Correct the file, or remove it and save the keys again.');
}

/** Windows has no such bits: there the folder of the user is closed to others. */
function refuseOpenToOthers(path: string, { uid, mode }: Stats): void {
  if (process.getuid === undefined) return;
  if (uid !== process.getuid()) {
    throw unusable(`“${path}” belongs to another user, so the saved keys are not used.`, 'Remove it, and save the keys again.');
  }
  if ((mode & 0o077) !== 0) {
    throw unusable(`Others than you may read “${path}”, so the saved keys are not used.`, `Run “chmod 600 '${path}'”.`);
  }
}

function unusable(message: string, next: string): Failure {
  return fail('no_credentials', { message, next });
}

function notWritten(thrown: unknown, path: string): unknown {
  if (thrown instanceof Failure) return thrown;
  const code = codeOf(thrown);
  if (code === 'ENOSPC')
    return fail('disk_full', { message: `The disk is full: “${path}” could not be written.`, next: 'Free some space.' });
  if (code === undefined) return thrown;
  return fail('read_only', { message: `“${path}” cannot be written.`, next: 'Change the permissions of its folder.' });
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs}/${found.size}/${found.ino}/${found.mode}/${found.uid}` : '-';
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
