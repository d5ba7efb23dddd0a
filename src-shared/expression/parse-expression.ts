/** Text to syntax tree, by the CEL library's parser; nothing else of the library is used, because its arithmetic is not Vitrine's. */
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { expressionError } from './expression-error.ts';

/** Longest expression in characters. Far above what a person writes, far below what a parser feels. */
const maxLength = 10_000;
/** Most nodes and deepest nesting of a tree. */
const limits = { maxAstNodes: 500, maxDepth: 40, maxListElements: 500, maxMapEntries: 100, maxCallArguments: 32 };

/** What the parser says, in words; by its codes. */
const sentences: Record<string, string> = {
  unterminated_string: 'The text that begins here has no closing quote.',
  unterminated_triple_quoted_string: 'The text that begins here has no closing quotes.',
  newline_in_string: 'A text in single quotes must end on its line.',
  invalid_number: 'This is not a number.',
  invalid_integer: 'This is not a whole number.',
  invalid_hex_integer: 'This is not a hexadecimal number.',
  invalid_exponent: 'The exponent of this number is missing.',
  invalid_unicode_escape: 'This is not a character code.',
  invalid_unicode_surrogate: 'This is half of a character code.',
  invalid_hex_escape: 'This is not a character code.',
  invalid_octal_escape: 'This is not a character code.',
  octal_escape_out_of_range: 'This is not a character code.',
  invalid_escape_sequence: 'A backslash does not mean anything before this character.',
  reserved_identifier: 'This word is reserved and cannot be a name.',
  limit_exceeded: 'The expression is too long or nested too deeply.',
};

/** The syntax tree, or a thrown `Failure` `expression` that says where the text stops making sense. */
export function parseExpression(source: string): ASTNode {
  if (source.length > maxLength) {
    throw expressionError(source, { start: maxLength, end: source.length }, 'The expression has more than 10,000 characters.', {
      next: 'Make it shorter.',
    });
  }
  if (source.trim() === '')
    throw expressionError(source, { start: 0, end: source.length }, 'The expression is empty.', { next: 'Write one.' });
  try {
    return new Environment({ unlistedVariablesAreDyn: true, limits }).parse(source).ast;
  } catch (thrown) {
    if (thrown instanceof ParseError) throw inWords(source, thrown);
    // The parser counts neither `!!!…` nor `---…` as depth; the stack ends first.
    if (thrown instanceof RangeError) {
      throw expressionError(source, { start: 0, end: source.length }, 'The expression is nested too deeply.', { next: 'Make it simpler.' });
    }
    throw thrown;
  }
}

function inWords(source: string, error: ParseError): Error {
  const range = error.range ?? { start: 0, end: source.length };
  const known = sentences[error.code];
  if (known !== undefined) return expressionError(source, range, known);
  if (source.slice(range.start).trim() === '') {
    return expressionError(source, { start: source.length, end: source.length }, 'The expression ends too early.', {
      next: 'Write the rest of it.',
    });
  }
  const met = source.slice(range.start, Math.max(range.end, range.start + 1)).trim();
  return expressionError(source, range, met.length > 0 && met.length <= 40 ? `“${met}” cannot stand here.` : 'This cannot stand here.');
}
