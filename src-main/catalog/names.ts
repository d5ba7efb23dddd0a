/** What folders, tables and columns may be called, and how a wrong name is answered. */
import { type Failure, fail } from '../../src-shared/model/error.ts';
import { nearestName } from '../../src-shared/model/nearest-name.ts';

/** What a name can be of. */
export type Named = 'folder' | 'table' | 'column';

const longestName = 200;
const controlCharacter = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;

/** Words of CEL that no column can be called (CEL specification, "IDENT" and "RESERVED"). */
const reservedWords = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(' '),
);

/** The form in which two names are the same: case and Unicode composition do not make a difference. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** Gives the name back, or fails with `invalid_input` and the rule it breaks. */
export function checkName(kind: Named, name: string): string {
  const refuse = (rule: string): Failure =>
    fail('invalid_input', { message: `The name of a ${kind} must ${rule}.`, next: 'Choose another name.' });
  if (name.trim() === '') throw refuse('not be empty');
  if (name !== name.trim()) throw refuse('not begin or end with a space');
  if (name.length > longestName) throw refuse(`have at most ${longestName} characters`);
  if (controlCharacter.test(name)) throw refuse('have no line breaks or control characters');
  if (kind !== 'column') {
    if (name.includes('/')) throw refuse('have no "/"');
    if (name === '.' || name === '..') throw refuse('not be "." or ".."');
    return name;
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw refuse('begin with a letter or "_" and have only letters a to z, digits and "_"');
  if (reservedWords.has(name)) throw refuse(`not be "${name}", which is a word of the expression language`);
  return name;
}

/** Fails with `already_exists` where `name` is among its siblings' names. */
export function checkFree(kind: Named, name: string, siblings: readonly { name: string; kind: Named }[]): void {
  const same = siblings.find((sibling) => nameKey(sibling.name) === nameKey(name));
  if (!same) return;
  throw fail('already_exists', {
    message: `There is already a ${same.kind} "${same.name}" here.`,
    next: `Choose another name for the ${kind}.`,
  });
}

/** `unknown_name` with the nearest of the names there are. */
export function unknownName(kind: Named, name: string, names: Iterable<string>): Failure {
  const suggestion = nearestName(name, names);
  return fail('unknown_name', {
    message: `There is no ${kind} "${name}".${suggestion ? ` Did you mean "${suggestion}"?` : ''}`,
    next: suggestion ? `Use "${suggestion}", or another name that exists.` : `Use the name of a ${kind} that exists.`,
    ...(suggestion ? { details: { suggestion } } : {}),
  });
}

/** A name like `name` that is not taken: `beach`, `beach_2`, `beach_3` … */
export function freeName(name: string, taken: Iterable<string>): string {
  const keys = new Set([...taken].map(nameKey));
  let free = name;
  for (let number = 2; keys.has(nameKey(free)); number += 1) free = `${name.slice(0, longestName - 8)}_${number}`;
  return free;
}

/** The names of a path, checked for emptiness only. `folder.table` is read as `folder/table` where there is no "/". */
export function pathParts(path: string): string[] {
  const parts = path.includes('/') ? path.split('/') : path.split('.');
  if (parts.some((part) => part === '')) return path.includes('/') ? parts : [path];
  return parts;
}
