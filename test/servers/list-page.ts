/** One page of a bucket listing, as S3 (ListObjectsV2) and GCS give it: keys in the order of their UTF-8 bytes, folders by a delimiter. */

export interface ListPage {
  /** Keys in the page. */
  readonly keys: readonly string[];
  /** Common prefixes, each ending with the delimiter. */
  readonly prefixes: readonly string[];
  /** Where the next page goes on, or null at the end. */
  readonly next: string | null;
}

/** Keys and common prefixes together are at most `limit`. `after` is the key or prefix that the page before ended with. */
export function listPage(
  all: Iterable<string>,
  options: { readonly prefix: string; readonly delimiter: string; readonly limit: number; readonly after: string | null },
): ListPage {
  const { prefix, delimiter, limit, after } = options;
  const sorted = [...all].filter((key) => key.startsWith(prefix)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | null = null;
  for (const key of sorted) {
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
