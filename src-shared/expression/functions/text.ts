/** Functions of text. Counting and cutting is by code points, so that no emoji is halved. */
import type { CellValue } from '../../model/cell.ts';
import { numberAt, type Operation, operation, textAt } from '../operation.ts';

/** Longest text that a function makes, in UTF-16 units; beyond, the result is null. Nested `replace` could fill the memory otherwise. */
const maxLength = 1_000_000;
/** Most parts that `split` makes. */
const maxParts = 10_000;

function bounded(text: string): string | null {
  return text.length <= maxLength ? text : null;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function replaceAll(text: string, from: string, to: string): string | null {
  if (from === '') return text;
  const parts = text.split(from);
  if (text.length + (parts.length - 1) * (to.length - from.length) > maxLength) return null;
  return parts.join(to);
}

const twoTexts = ['text', 'text'] as const;

/** The functions. */
export const textFunctions: readonly Operation[] = [
  operation(
    'text',
    'contains',
    { signature: 'text.contains(part)', help: 'True where the part occurs in the text.', example: '"harbour".contains("bou")' },
    {
      parameters: twoTexts,
      returns: 'bool',
      run: (values) => textAt(values, 0).includes(textAt(values, 1)),
      sql: ([text = '', part = '']) => `(instr(${text}, ${part}) > 0)`,
    },
  ),
  operation(
    'text',
    'startsWith',
    { signature: 'text.startsWith(part)', help: 'True where the text begins so.', example: '"harbour".startsWith("har")' },
    {
      parameters: twoTexts,
      returns: 'bool',
      run: (values) => textAt(values, 0).startsWith(textAt(values, 1)),
      sql: ([text = '', part = '']) => `(instr(${text}, ${part}) = 1)`,
    },
  ),
  operation(
    'text',
    'endsWith',
    { signature: 'text.endsWith(part)', help: 'True where the text ends so.', example: '"a.jpg".endsWith(".jpg")' },
    { parameters: twoTexts, returns: 'bool', run: (values) => textAt(values, 0).endsWith(textAt(values, 1)) },
  ),
  operation(
    'text',
    'matches',
    {
      signature: 'text.matches(pattern)',
      help: 'True where the regular expression (RE2) occurs in the text.',
      example: '"img_042".matches("[0-9]+")',
    },
    {
      parameters: twoTexts,
      returns: 'bool',
      refuse: ([, pattern], isPattern) => {
        const isWrong = isPattern && pattern?.kind === 'literal' && typeof pattern.value === 'string' && !isPattern(pattern.value);
        return isWrong ? 'This is not a regular expression.' : null;
      },
      run: (values, row) => row.matches(textAt(values, 0), textAt(values, 1)),
    },
  ),
  operation(
    'text',
    'size',
    {
      signature: 'size(text)',
      help: 'How many characters a text has, or how many items a list or keys an object.',
      example: 'size("abc")',
    },
    { parameters: ['text'], returns: 'int', run: ([value]) => sizeOf(value ?? null) },
    { parameters: ['json'], returns: 'int', run: ([value]) => sizeOf(value ?? null) },
  ),
  operation(
    'text',
    'lower',
    { signature: 'lower(text)', help: 'The text in small letters.', example: 'lower("A.JPG")' },
    { parameters: ['text'], returns: 'string', run: (values) => textAt(values, 0).toLowerCase() },
  ),
  operation(
    'text',
    'upper',
    { signature: 'upper(text)', help: 'The text in capital letters.', example: 'upper("a.jpg")' },
    { parameters: ['text'], returns: 'string', run: (values) => textAt(values, 0).toUpperCase() },
  ),
  operation(
    'text',
    'trim',
    { signature: 'trim(text)', help: 'The text without blanks at its ends.', example: 'trim("  a ")' },
    { parameters: ['text'], returns: 'string', run: (values) => textAt(values, 0).trim() },
  ),
  operation(
    'text',
    'replace',
    {
      signature: 'replace(text, from, to)',
      help: 'The text with every occurrence replaced; an empty `from` changes nothing.',
      example: 'replace("a-b", "-", "_")',
    },
    {
      parameters: ['text', 'text', 'text'],
      returns: 'string',
      run: (values) => replaceAll(textAt(values, 0), textAt(values, 1), textAt(values, 2)),
    },
  ),
  operation(
    'text',
    'split',
    {
      signature: 'split(text, separator)',
      help: 'The parts between separators, as a list; with an empty separator the characters.',
      example: 'split("a,b", ",")[0]',
    },
    {
      parameters: twoTexts,
      returns: 'json',
      run: (values) => {
        const [text, separator] = [textAt(values, 0), textAt(values, 1)];
        const parts = separator === '' ? Array.from(text) : text.split(separator);
        return parts.length <= maxParts ? parts : null;
      },
    },
  ),
  operation(
    'text',
    'join',
    { signature: 'join(list, separator)', help: 'The texts of a list as one text.', example: 'join(["a", "b"], "-")' },
    {
      parameters: ['json', 'text'],
      returns: 'string',
      run: ([list = null, separator]) => joined(list, typeof separator === 'string' ? separator : ''),
    },
  ),
  operation(
    'text',
    'substring',
    {
      signature: 'substring(text, start, end)',
      help: 'The characters from `start` (the first is 0) up to `end`, or to the end of the text.',
      example: 'substring("harbour", 0, 3)',
    },
    {
      parameters: ['text', 'number', 'number'],
      optional: 1,
      returns: 'string',
      run: (values) => {
        const characters = Array.from(textAt(values, 0));
        const end = values.length > 2 ? numberAt(values, 2) : characters.length;
        return characters.slice(Math.max(0, numberAt(values, 1)), Math.max(0, end)).join('');
      },
    },
  ),
];

function sizeOf(value: CellValue): number | null {
  if (typeof value === 'string') return codePoints(value);
  if (Array.isArray(value)) return value.length;
  return value !== null && typeof value === 'object' ? Object.keys(value).length : null;
}

function joined(list: CellValue, separator: string): string | null {
  if (!Array.isArray(list)) return null;
  const texts = list.filter((item) => typeof item === 'string');
  return texts.length === list.length ? bounded(texts.join(separator)) : null;
}
