/** Text of settings.json → settings, or what is wrong with it and on which line. */
import type { VitrineError } from '../../src-shared/model/error.ts';
import { fail } from '../../src-shared/model/error.ts';
import { lineAt, lineOfPath } from './json-lines.ts';
import { knownKeys, SettingsDocument, valueRules } from './settings-schema.ts';

export type ReadSettings =
  | { readonly document: SettingsDocument; readonly problem: null }
  | { readonly document: null; readonly problem: VitrineError };

/** Reads the text; an empty file is an empty document. */
export function readSettings(text: string): ReadSettings {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (plain.trim() === '') return { document: {}, problem: null };
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch (thrown) {
    return syntaxProblem(plain, thrown);
  }
  const checked = checkSettings(value);
  if (checked.document !== null) return { document: checked.document, problem: null };
  return problem(lineOfPath(plain, checked.mistake.path), checked.mistake.sentence, checked.mistake.suggestion);
}

/** What is wrong with a value of the settings, and where. */
export interface SettingsMistake {
  readonly path: readonly (string | number)[];
  readonly sentence: string;
  /** The nearest right name of a setting that does not exist. */
  readonly suggestion?: string;
  /** There is no such setting at all. */
  readonly isUnknown: boolean;
}

/** Checks what JSON gave, or is about to. */
export function checkSettings(
  value: unknown,
): { document: SettingsDocument; mistake: null } | { document: null; mistake: SettingsMistake } {
  const parsed = SettingsDocument.safeParse(value);
  if (parsed.success) return { document: parsed.data, mistake: null };
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  if (issue?.code === 'unrecognized_keys') return { document: null, mistake: unknownKey(path, issue.keys[0] ?? '') };
  const name = path.length === 0 ? 'The file' : `“${path.join('.')}”`;
  const rule = valueRules[generalPath(path)] ?? 'an object';
  return { document: null, mistake: { path, sentence: `${name} must be ${rule}.`, isUnknown: false } };
}

function unknownKey(path: readonly (string | number)[], key: string): SettingsMistake {
  const known = knownKeys[generalPath(path)] ?? [];
  const nearest = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  const suggestion = nearest !== undefined && nearest.distance <= Math.max(2, key.length / 3) ? nearest.name : undefined;
  const where = path.length === 0 ? '' : ` in “${path.join('.')}”`;
  const hint = suggestion === undefined ? `Known are ${known.join(', ')}.` : `Did you mean “${suggestion}”?`;
  const sentence = `There is no setting “${key}”${where}. ${hint}`;
  return { path: [...path, key], sentence, isUnknown: true, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** V8 says where it stopped in words or as a position, by version and length of the text; the position is looked for, the words are not. */
function syntaxProblem(text: string, thrown: unknown): ReadSettings {
  const message = thrown instanceof SyntaxError ? thrown.message : '';
  const position = /position (\d+)/.exec(message)?.[1];
  // Without a position the text ended too early.
  const line = lineAt(text, position === undefined ? text.trimEnd().length : Number(position));
  return problem(line, 'The file is not JSON.');
}

function problem(line: number, sentence: string, suggestion?: string): ReadSettings {
  const details = suggestion === undefined ? { line } : { line, suggestion };
  const failure = fail('invalid_input', {
    message: `settings.json, line ${line}: ${sentence}`,
    next: 'Correct the file; until then the defaults hold and nothing in it is changed.',
    details,
  });
  return { document: null, problem: failure.error };
}

function generalPath(path: readonly (string | number)[]): string {
  return path.map((part) => (typeof part === 'number' ? '*' : part)).join('.');
}

function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_nothing, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
