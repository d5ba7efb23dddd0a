/** Asks the person at the terminal; the question goes to standard error, so that standard output stays the answer's. */
import { createInterface } from 'node:readline/promises';
import type { AskTerminal } from './surroundings.ts';

/** Null where standard input or standard error is no terminal: there is nobody to ask. */
export function terminalAsking(): AskTerminal | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (prompt, signal) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    // While a line is read, Ctrl+C comes as a key and not as a signal.
    lines.on('SIGINT', () => {
      process.kill(process.pid, 'SIGINT');
      lines.close();
    });
    const closed = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
    try {
      return await Promise.race([lines.question(prompt, { signal }), closed]);
    } catch (thrown) {
      if (signal.aborted) return null;
      throw thrown;
    } finally {
      lines.close();
    }
  };
}
