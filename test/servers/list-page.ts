/** One page of a bucket listing, as S3 (ListObjectsV2) and GCS give it: keys in the order of their UTF-8 bytes, folders by a delimiter. */

export interface ListPage {
  /** Keys in the page. */
  readonly keys: readonly string[];
  /** Common prefixes, each ending with the delimiter. */
  readonly prefixes: readonly string[];
  /** Where the next page goes on, or null at the end. */
  readonly next: string | null;
}

/** Keys in the order of their UTF-8 bytes. */
export function sortedKeys(all: Iterable<string>): readonly string[] {
  const keyed = Array.from(all, (key) => ({ key, bytes: Buffer.from(key) }));
  return keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ key }) => key);
}

/** Keys and common prefixes together are at most `limit`. `after` is the key or prefix that the page before ended with. */
export function listPage(all: Iterable<string>, options: PageOptions): ListPage {
  return pageOfSorted(sortedKeys(all), options);
}

export interface PageOptions {
  readonly prefix: string;
  readonly delimiter: string;
  readonly limit: number;
  readonly after: string | null;
}

/** The same over keys that are in order already, so that a page of a large bucket costs no more than one of a small one. */
export function pageOfSorted(sorted: readonly string[], options: PageOptions): ListPage {
  const { prefix, delimiter, limit, after } = options;
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | null = null;
  const start = Math.max(firstFrom(sorted, prefix), after === null ? 0 : firstFrom(sorted, after));
  for (let index = start; index < sorted.length; index += 1) {
    const key = sorted[index] ?? '';
    if (!key.startsWith(prefix)) break;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = cut < 0 ? key : key.slice(0, cut + delimiter.length);
    if (after !== null && Buffer.compare(Buffer.from(name), Buffer.from(after)) <= 0) continue;
    if (name === last) continue;
    if (keys.length + prefixes.length >= limit) return { keys, prefixes, next: last };
    if (cut < 0) keys.push(key);
    else prefixes.push(name);
    last = name;
  }
  return { keys, prefixes, next: null };
}

/** Position of the first key that is not before `text`. */
function firstFrom(sorted: readonly string[], text: string): number {
  const bytes = Buffer.from(text);
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Buffer.compare(Buffer.from(sorted[middle] ?? ''), bytes) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
