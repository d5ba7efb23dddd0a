/** Where the owner of a library listens for its clients. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** sun_path holds 104 bytes on macOS and 108 on Linux, its final zero included. */
const longestPath = 100;

/**
 * The socket in the library folder; where that path would be too long, one in the user's runtime folder; on Windows a named pipe.
 * The same folder gives the same place in every process, whatever links lead to it.
 */
export function socketPath(folder: string, { env, platform }: { env: NodeJS.ProcessEnv; platform: NodeJS.Platform }): string {
  const real = realpathSync(folder);
  const name = createHash('sha256').update(real).digest('hex').slice(0, 24);
  if (platform === 'win32') return `\\\\.\\pipe\\vitrine-${name}`;
  const own = join(real, 'socket');
  if (Buffer.byteLength(own) <= longestPath) return own;
  const runtime = env.XDG_RUNTIME_DIR || join(tmpdir(), `vitrine-${userInfo().uid}`);
  return join(runtime, `vitrine-${name}`);
}
