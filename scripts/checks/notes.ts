/** Every `Note: title` that a comment points to is told in full somewhere, once. */
import { sourceFiles } from './source-files.ts';

/** A note's home begins a comment line: `Note: why one writer.`; a pointer says `see Note: why one writer`. */
const home = /^\s*(?:\/\*\*?|\*|\/\/)\s*Note: ([a-z][^.\n]*)\./gm;
const pointer = /\bsee Note: ([a-z][^.,;)\n]*)/gi;

/** One line a finding: pointers without a home, homes told twice. */
export function checkNotes(root: string): string[] {
  const homes = new Map<string, string>();
  const findings: string[] = [];
  const files = sourceFiles(root, ['src-shared', 'src-main', 'src-renderer'], ['.ts', '.tsx', '.css']);
  for (const { path, text } of files) {
    for (const [, title = ''] of text.matchAll(home)) {
      const other = homes.get(title);
      if (other !== undefined) findings.push(`${path} tells the note "${title}" again; it is in ${other}`);
      homes.set(title, path);
    }
  }
  for (const { path, text } of files) {
    for (const [, title = ''] of text.matchAll(pointer)) {
      if (!homes.has(title.trim())) findings.push(`${path} points to the note "${title.trim()}", which nobody tells`);
    }
  }
  return findings;
}
