/** What may stand at the caret of an expression: columns, fields of a media column, functions. */
import { fieldsOf } from '../../../src-shared/expression/fields.ts';
import { functions } from '../../../src-shared/expression/function-table.ts';
import { type Column, isMediaType } from '../../../src-shared/model/table.ts';

/** One proposal. `text` replaces what stands from `start` to the caret. */
export interface Completion {
  readonly label: string;
  readonly detail: string;
  readonly text: string;
  readonly start: number;
}

/** Proposals at once; more are no help. */
const most = 8;

/** Proposals for the word before the caret, best first; none where no word is being typed or it is whole already. */
export function completionsAt(text: string, caret: number, columns: readonly Column[]): Completion[] {
  const before = text.slice(0, caret);
  const field = /([a-z_]\w*)\.(\w*)$/i.exec(before);
  if (field) {
    const [, owner = '', typed = ''] = field;
    const column = columns.find(({ name }) => name === owner);
    if (!column || !isMediaType(column.type)) return [];
    return fieldsOf(column.type)
      .filter(({ name }) => isBegun(name, typed))
      .slice(0, most)
      .map(({ name, type, help }) => ({ label: name, detail: `${type} · ${help}`, text: name, start: caret - typed.length }));
  }
  const typed = /(?:^|[^\w.'"])([a-z_]\w*)$/i.exec(before)?.[1];
  if (typed === undefined) return [];
  const start = caret - typed.length;
  const named = columns
    .filter(({ name }) => isBegun(name, typed))
    .map(({ name, type }) => ({ label: name, detail: type, text: name, start }));
  const called = functions
    .filter(({ name }) => isBegun(name, typed))
    .map(({ name, signature, help }) => ({ label: signature, detail: help, text: `${name}(`, start }));
  return [...named, ...called].slice(0, most);
}

function isBegun(name: string, typed: string): boolean {
  return name.toLowerCase().startsWith(typed.toLowerCase()) && name !== typed;
}

/** The text with a proposal taken, and where the caret is then. */
export function complete(text: string, caret: number, { text: taken, start }: Completion): { text: string; caret: number } {
  return { text: text.slice(0, start) + taken + text.slice(caret), caret: start + taken.length };
}
