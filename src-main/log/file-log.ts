/** Writes the log as lines of JSON into `log/vitrine.log`; at 5 MB it becomes `vitrine.1.log` and a new one begins. */
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './log.ts';
import { redactFacts, redactText } from './redact.ts';

const fullAtBytes = 5_000_000;

/**
 * Opens the log of a library folder. A folder that cannot be written loses the log, never the work: `onTrouble` hears of it once.
 * @param now milliseconds since 1970
 */
export function openFileLog(options: { folder: string; now: () => number; onTrouble?: (reason: string) => void }): Log {
  const folder = join(options.folder, 'log');
  const path = join(folder, 'vitrine.log');
  let stream: WriteStream | null = null;
  let written = 0;

  function giveUp(reason: string): void {
    stream = null;
    options.onTrouble?.(reason);
  }

  function begin(): void {
    try {
      mkdirSync(folder, { recursive: true });
      written = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (written >= fullAtBytes) {
        renameSync(path, join(folder, 'vitrine.1.log'));
        written = 0;
      }
      stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
      stream.on('error', (error) => giveUp(error.message));
    } catch (thrown) {
      giveUp(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  function write(level: string, message: string, facts?: Record<string, unknown>): void {
    if (!stream) return;
    const plain = facts === undefined ? {} : (redactFacts(facts) as Record<string, unknown>);
    const line = `${JSON.stringify({ at: new Date(options.now()).toISOString(), level, message: redactText(message), ...plain })}\n`;
    stream.write(line);
    written += line.length;
    if (written >= fullAtBytes) {
      stream.end();
      begin();
    }
  }

  begin();
  return {
    info: (message, facts) => write('info', message, facts),
    warn: (message, facts) => write('warn', message, facts),
    bug: (message, thrown) => write('bug', message, { stack: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) }),
    close: () =>
      new Promise((resolve) => {
        if (stream) stream.end(() => resolve());
        else resolve();
      }),
  };
}
