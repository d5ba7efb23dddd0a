/** Lists of expressions as the command line takes them: `image, width, area: width * height` and `width desc, name`. */
import type { OrderKey } from '../contract/views.ts';
import { fail } from '../model/error.ts';

/** One entry of a select list. */
export interface SelectItem {
  readonly name: string;
  readonly expression: string;
}

/** End of the text literal that begins at `start`, by CEL's rules: one or three quotes, backslash escapes, raw with `r`. */
function endOfText(source: string, start: number): number {
  const quote = source.charAt(start);
  const closing = source.startsWith(quote.repeat(3), start) ? quote.repeat(3) : quote;
  let at = start + closing.length;
  while (at < source.length && !source.startsWith(closing, at)) at += source.charAt(at) === '\\' ? 2 : 1;
  return Math.min(source.length, at + closing.length);
}

/** The parts between commas that stand in no bracket and no text. */
function splitAtCommas(source: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let at = 0;
  while (at < source.length) {
    const character = source.charAt(at);
    if (character === '"' || character === "'") {
      at = endOfText(source, at);
      continue;
    }
    if (source.startsWith('//', at)) {
      const lineEnd = source.indexOf('\n', at);
      at = lineEnd === -1 ? source.length : lineEnd;
      continue;
    }
    if ('([{'.includes(character)) depth += 1;
    if (')]}'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(source.slice(start, at));
      start = at + 1;
    }
    at += 1;
  }
  parts.push(source.slice(start));
  return parts.map((part) => part.trim());
}

function refuseEmpty(parts: readonly string[], whole: string): void {
  if (!parts.includes('')) return;
  throw fail('expression', { message: `“${whole}” has an empty entry.`, next: 'Write one expression between two commas.' });
}

/**
 * The entries in order. A name stands before a colon, otherwise the expression's own text is the name. Fails with `expression` where an entry
 * is empty, with `invalid_input` where two have one name. The expressions are not checked.
 */
export function parseSelectList(text: string): SelectItem[] {
  const parts = splitAtCommas(text);
  refuseEmpty(parts, text);
  const items = parts.map((part) => {
    // A ternary's colon comes after a question mark, so a name and a colon at the start are never part of one.
    const named = /^([A-Za-z_][A-Za-z0-9_]*)\s*:\s*([\s\S]+)$/.exec(part);
    return { name: named?.[1] ?? part, expression: named?.[2] ?? part };
  });
  const names = new Set<string>();
  for (const { name } of items) {
    if (names.has(name))
      throw fail('invalid_input', {
        message: `“${name}” is asked for twice.`,
        next: 'Give one of them another name, as in name: expression.',
      });
    names.add(name);
  }
  return items;
}

/** The keys of an order: expressions, each with `asc` (the default) or `desc` behind it. Fails with `expression` where one is empty. */
export function parseOrder(text: string): OrderKey[] {
  const parts = splitAtCommas(text);
  refuseEmpty(parts, text);
  return parts.map((part) => {
    const [, by, direction] = /^([\s\S]*\S)\s+(asc|desc)$/i.exec(part) ?? [];
    return by !== undefined && direction !== undefined
      ? { by, direction: direction.toLowerCase() === 'desc' ? 'desc' : 'asc' }
      : { by: part, direction: 'asc' };
  });
}
