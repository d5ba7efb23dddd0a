/** Whether a process still runs, by the file that it wrote its id to. */
import { readFileSync } from 'node:fs';

/** A killed process that nobody waited for is still in the table of processes, as a zombie; it counts as ended. */
export function isRunning(pidFile: string): boolean {
  const pid = Number(readFileSync(pidFile, 'utf8'));
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
