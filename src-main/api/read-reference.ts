/** Reads an address that a caller typed, relative paths against the caller's folder. */
import { homedir } from 'node:os';
import type { Outcome } from '../../src-shared/model/error.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Library } from '../library.ts';

/** The reference, or why it is none. Without `cwd` relative paths are refused. */
export function readReference({ installation }: Library, text: string, cwd?: string): Outcome<Reference> {
  const platform = installation.platform === 'win32' ? 'win32' : 'posix';
  return cwd === undefined ? parseReference(text) : parseReference(text, { cwd, home: homedir(), platform });
}
