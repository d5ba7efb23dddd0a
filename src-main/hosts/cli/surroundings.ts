/** What the command line needs of the process around it; tests give their own. */
import type { Connection } from '../../../src-shared/contract/contract.ts';
import type { ServeOptions } from '../browser/serve.ts';

/** A connection to a library that is closed when the command has ended. */
export type OpenConnection = Connection & {
  close(): Promise<void>;
  /** False where another process owns the library and this one is its client. */
  ownsLibrary(): Promise<boolean>;
};

/** Asks a person, and gives the line that was typed; null where nothing came, or `signal` took the question back. A hidden one is not shown. */
export type AskTerminal = (prompt: string, options: { readonly isHidden: boolean; readonly signal: AbortSignal }) => Promise<string | null>;

export interface Surroundings {
  /** Opens the library, or joins the process that owns it. `env` adds to the process's own. */
  connect(options: { folder: string; env?: Readonly<Record<string, string>> }): Promise<OpenConnection>;
  serve(options: Omit<ServeOptions, 'open'> & { folder: string }): Promise<void>;
  /** All of the standard input as text. */
  readInput(): Promise<string>;
  out(text: string): void;
  /** Resolves when the reader of standard output has room again; a long answer waits for it after each page. */
  whenDrained(): Promise<void>;
  err(text: string): void;
  /** Null where there is no terminal to ask at. */
  readonly askTerminal: AskTerminal | null;
  /** True where standard error is a terminal; only then there are progress bars. */
  readonly isTerminal: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: string;
  /** Folder of the bundled sample. */
  readonly sample: string;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
}
