/** Lets one process of this clone at a time do a thing. Node has no file locks, so it is a folder that names its owner. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { root } from './clone.mjs';

/** How long a lock may stand without an owner's number in it, in milliseconds: between making the folder and writing it. */
const namelessMs = 10_000;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True where the lock's owner is gone. */
function isAbandoned(lock) {
  try {
    const owner = Number(readFileSync(join(lock, 'owner'), 'utf8'));
    if (owner > 0) return !isAlive(owner);
  } catch {
    // Not written yet, or just freed.
  }
  try {
    return Date.now() - statSync(lock).mtimeMs > namelessMs;
  } catch {
    return false;
  }
}

function take(lock) {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'owner'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Moved away first: of two that find it abandoned only one succeeds, and nobody removes a lock that was taken meanwhile. */
function clear(lock) {
  const aside = `${lock}.${process.pid}.gone`;
  try {
    renameSync(lock, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch {
    // Another one cleared it.
  }
}

/** Runs `work` while no other process runs it under this name; `onWait` is called once where it has to wait. */
export function withLock(name, { onWait, work }) {
  const clone = createHash('sha256').update(root).update(userInfo().username).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `vitrine-${name}-${clone}`);
  let hasSaid = false;
  while (!take(lock)) {
    if (isAbandoned(lock)) {
      clear(lock);
      continue;
    }
    if (!hasSaid) onWait();
    hasSaid = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  const free = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', free);
  try {
    return work();
  } finally {
    process.removeListener('exit', free);
    free();
  }
}
