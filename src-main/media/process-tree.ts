/** Child processes that end with everything they started, and never outlive this process. */
import { type ChildProcess, spawn } from 'node:child_process';

/** Each leads a group of its own. */
const living = new Set<ChildProcess>();

/** Ends a child and all that it started. The child must have been started with `inOwnTree`. */
export function killTree({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    // Windows has no groups of this kind; /T follows the tree.
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on('error', () => undefined);
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // all of it has ended
  }
}

/** Options of `spawn` for a child that `killTree` can end. */
export const inOwnTree = { detached: process.platform !== 'win32', windowsHide: true } as const;

/** Ends the tree when the child has ended, and with this process at the latest. */
export function watchTree(child: ChildProcess): void {
  if (living.size === 0) process.on('exit', killAll);
  living.add(child);
  const ended = () => {
    if (!living.delete(child)) return;
    if (living.size === 0) process.off('exit', killAll);
    // What it left behind is still of its group.
    killTree(child);
  };
  child.once('exit', ended);
  child.once('error', ended);
}

function killAll(): void {
  for (const child of living) killTree(child);
}
