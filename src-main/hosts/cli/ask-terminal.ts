/** Asks the person at the terminal; what is secret is not shown while it is typed. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * The line that was typed, or null where the asked person gave up (Ctrl+C, the end of the input) or `signal` took the question back. The
 * question goes to `output`, which is standard error, so that standard output stays the answer's.
 * @param options.interrupt called at Ctrl+C: while a line is read it comes as a key and not as a signal
 */
export function askTerminal(
  question: string,
  options: {
    readonly isHidden: boolean;
    readonly signal: AbortSignal;
    readonly input: NodeJS.ReadableStream;
    readonly output: NodeJS.WritableStream;
    readonly interrupt: () => void;
  },
): Promise<string | null> {
  const { isHidden, signal, input, output } = options;
  if (signal.aborted) return Promise.resolve(null);
  output.write(question);
  // With `terminal` the terminal itself echoes nothing: what is typed is shown by whoever writes it out, and here nobody does.
  const shown = isHidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : output;
  const lines = createInterface({ input, output: shown, terminal: true, signal });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
      if (isHidden) output.write('\n');
    });
    lines.once('SIGINT', () => {
      output.write('\n');
      lines.close();
      options.interrupt();
    });
    lines.once('close', () => resolve(null));
  });
}
