/** On which line of a JSON text a value stands. The text must be JSON; `JSON.parse` has already said so. */

/** The line (from 1) of the key or list element at `path`; of the nearest thing around it where it is not there. */
export function lineOfPath(text: string, path: readonly (string | number)[]): number {
  let index = skipBlanks(text, 0);
  let found = index;
  for (const part of path) {
    const next = typeof part === 'number' ? elementAt(text, index, part) : memberAt(text, index, part);
    if (next === null) break;
    found = next.shown;
    index = next.value;
  }
  return lineAt(text, found);
}

/** The line of a position. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** `shown` is where the key begins, `value` where its value does. */
interface Place {
  readonly shown: number;
  readonly value: number;
}

/** `JSON.parse` takes the last of repeated keys, so does this. */
function memberAt(text: string, object: number, key: string): Place | null {
  if (text[object] !== '{') return null;
  let found: Place | null = null;
  let index = skipBlanks(text, object + 1);
  while (text[index] === '"') {
    const end = stringEnd(text, index);
    const value = skipBlanks(text, skipBlanks(text, end) + 1);
    if (JSON.parse(text.slice(index, end)) === key) found = { shown: index, value };
    index = afterComma(text, valueEnd(text, value));
  }
  return found;
}

function elementAt(text: string, list: number, wanted: number): Place | null {
  if (text[list] !== '[') return null;
  let index = skipBlanks(text, list + 1);
  for (let count = 0; index < text.length && text[index] !== ']'; count += 1) {
    if (count === wanted) return { shown: index, value: index };
    index = afterComma(text, valueEnd(text, index));
  }
  return null;
}

function afterComma(text: string, index: number): number {
  const next = skipBlanks(text, index);
  return text[next] === ',' ? skipBlanks(text, next + 1) : next;
}

function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start);
  let depth = 0;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '"') index = stringEnd(text, index) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth < 0) return index;
      if (depth === 0) return index + 1;
    } else if (character === ',' && depth === 0) return index;
  }
  return text.length;
}

function stringEnd(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"') return index + 1;
  }
  return text.length;
}

function skipBlanks(text: string, from: number): number {
  let index = from;
  while (/\s/.test(text[index] ?? '')) index += 1;
  return index;
}
