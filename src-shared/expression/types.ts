/** What goes where: the kinds of parameters, and how two types become one. */
import { type ColumnType, isMediaType } from '../model/table.ts';
import type { ExpressionType } from './expression.ts';

/** What a parameter takes. `json` takes JSON alone, `any` everything, `column` the name of a column. */
export type ParameterKind = 'number' | 'text' | 'bool' | 'time' | 'json' | 'media' | 'any' | 'column';

/** True for `int` and `float`. */
export function isNumberType(type: ExpressionType): boolean {
  return type === 'int' || type === 'float';
}

/** True for image, video, audio and media. */
export function isMedia(type: ExpressionType): boolean {
  return type !== 'null' && isMediaType(type);
}

/** Whether an argument of this type may stand there. JSON may stand for a scalar; its value is looked at when it is there. */
export function accepts(kind: ParameterKind, type: ExpressionType): boolean {
  if (kind === 'column') return false;
  if (kind === 'any' || type === 'null') return true;
  if (kind === 'media') return isMedia(type);
  if (type === 'json') return true;
  if (kind === 'number') return isNumberType(type);
  if (kind === 'text') return type === 'string';
  if (kind === 'time') return type === 'timestamp';
  return kind === type;
}

/** Whether a value that is not null is of the kind; a value out of JSON that is not counts as null. */
export function fits(kind: ParameterKind, value: unknown): boolean {
  if (kind === 'number') return typeof value === 'number';
  if (kind === 'text' || kind === 'media') return typeof value === 'string';
  if (kind === 'bool') return typeof value === 'boolean';
  if (kind === 'time') return typeof value === 'string' && value.length === 24 && value.endsWith('Z');
  return true;
}

/** The one type of two values of which either may come, or null where they do not go together. */
export function unify(a: ExpressionType, b: ExpressionType): ExpressionType | null {
  if (a === b || b === 'null') return a;
  if (a === 'null') return b;
  if (isNumberType(a) && isNumberType(b)) return 'float';
  if (isMedia(a) && isMedia(b)) return 'media';
  return a === 'json' || b === 'json' ? 'json' : null;
}

/** Whether `==` between the two can ever be true. A media value compares by its address, also with text. */
export function areComparable(a: ExpressionType, b: ExpressionType): boolean {
  return unify(a, b) !== null || (isMedia(a) && b === 'string') || (isMedia(b) && a === 'string');
}

const words: Record<ExpressionType, string> = {
  image: 'an image',
  video: 'a video',
  audio: 'an audio file',
  media: 'a media file',
  string: 'text',
  int: 'a number',
  float: 'a number',
  bool: 'true or false',
  timestamp: 'a time',
  json: 'JSON',
  null: 'null',
};

/** The type as a person says it: "a number". */
export function typeInWords(type: ExpressionType): string {
  return words[type];
}

const kindWords: Record<ParameterKind, string> = {
  number: 'a number',
  text: 'text',
  bool: 'true or false',
  time: 'a time',
  json: 'JSON',
  media: 'a media column',
  any: 'a value',
  column: 'the name of a column',
};

/** What a parameter wants, as a person says it. */
export function kindInWords(kind: ParameterKind): string {
  return kindWords[kind];
}

/** The type a column of it has; the literal null alone gives JSON. */
export function columnTypeOf(type: ExpressionType): ColumnType {
  return type === 'null' ? 'json' : type;
}
