/** Values in a document of JSON by a key in dots, such as `stores.0.region`. Nothing is changed in place. */
import { fail } from '../../src-shared/model/error.ts';

/** What stands in settings.json. */
export type Document = Record<string, unknown>;

type Inner = Document | readonly unknown[];

/** Undefined where nothing stands there. */
export function valueAt(document: Document, key: string): unknown {
  let value: unknown = document;
  for (const part of partsOf(key)) value = inside(value, part);
  return value;
}

/** The document with this value there; objects on the way are made. One past the end of a list adds to it. */
export function withValue(document: Document, key: string, value: unknown): Document {
  const [first = '', ...rest] = partsOf(key);
  return { ...document, [first]: put(document[first], rest, value, key) };
}

/** The document without this value; an object that is left empty goes too, as long as the key did not name it. */
export function withoutValue(document: Document, key: string): Document {
  const [first = '', ...rest] = partsOf(key);
  const { [first]: inner, ...others } = document;
  if (rest.length === 0 || !isInner(inner)) return others;
  const left = take(inner, rest);
  return Object.keys(left).length === 0 ? others : { ...document, [first]: left };
}

function put(at: unknown, [part, ...rest]: readonly string[], value: unknown, key: string): unknown {
  if (part === undefined) return value;
  if (Array.isArray(at) || (at === undefined && part === '0')) {
    const list: readonly unknown[] = Array.isArray(at) ? at : [];
    const place = Number(part);
    if (!/^\d+$/.test(part) || place > list.length) {
      throw fail('unknown_name', {
        message: `There is no “${key}”: the list has ${list.length} entries.`,
        next: `Use 0 to ${list.length}.`,
      });
    }
    return list.toSpliced(place, 1, put(list[place], rest, value, key));
  }
  // Parts are the user's own words: a computed key is an own property, whatever it is called.
  return { ...(isInner(at) ? at : {}), [part]: put(inside(at, part), rest, value, key) };
}

function take(at: Inner, [part = '', ...rest]: readonly string[]): Inner {
  const inner = inside(at, part);
  if (rest.length > 0 && isInner(inner)) {
    const left = take(inner, rest);
    return Array.isArray(at) ? at.toSpliced(Number(part), 1, left) : { ...at, [part]: left };
  }
  if (Array.isArray(at)) return at.toSpliced(Number(part), 1);
  return Object.fromEntries(Object.entries(at).filter(([name]) => name !== part));
}

/** An own property or a list's entry; the length of a list is neither. */
function inside(value: unknown, part: string): unknown {
  if (!isInner(value) || !Object.hasOwn(value, part) || (Array.isArray(value) && !/^\d+$/.test(part))) return undefined;
  return Reflect.get(value, part);
}

function isInner(value: unknown): value is Inner {
  return typeof value === 'object' && value !== null;
}

function partsOf(key: string): string[] {
  const parts = key.split('.');
  if (parts.some((part) => part === '')) {
    throw fail('invalid_input', { message: `“${key}” is not the name of a setting.`, next: 'Write it in dots, such as cache.limit.' });
  }
  return parts;
}
