/** Asks at the terminal; what is secret is not shown while it is typed. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Null where the asked person gave up (Ctrl+C, end of input). The question goes to standard error, so that output stays clean. */
export function askAtTerminal(
  question: string,
  { isHidden, input, output }: { isHidden: boolean; input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
): Promise<string | null> {
  output.write(question);
  // With `terminal` the terminal itself echoes nothing: what is typed is shown by whoever writes it out, and here nobody does.
  const shown = isHidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : output;
  const lines = createInterface({ input, output: shown, terminal: true });
  return new Promise((resolve) => {
    const end = (answer: string | null) => {
      resolve(answer);
      lines.close();
      if (isHidden) output.write('\n');
    };
    lines.once('line', (line) => end(line));
    lines.once('SIGINT', () => end(null));
    lines.once('close', () => resolve(null));
  });
}
