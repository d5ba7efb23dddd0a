/** The face of the log room. Everything written goes through redaction: signatures, tokens, keys and query strings of signed URLs never reach the file. */
export interface Log {
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  /** A bug of ours, with its stack. */
  bug(message: string, thrown: unknown): void;
  close(): Promise<void>;
}
