/** Walks a listing to its end, one page ahead of who reads it. */
import { fail } from '../../src-shared/model/error.ts';
import type { Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { ListPage, Store } from './store.ts';

/**
 * The pages under a prefix, in order. The next page is on its way while the consumer works on one, so at most two are in memory. A page may
 * hold nothing. Who stops early stops the page on its way as well. Throws what `store.list` throws.
 * @param options.limit entries a page at most
 */
export async function* listAll(
  store: Pick<Store, 'list'>,
  prefix: Prefix,
  options: { readonly isRecursive: boolean; readonly limit?: number; readonly signal: AbortSignal },
): AsyncGenerator<ListPage, void, undefined> {
  const stopped = new AbortController();
  const signal = AbortSignal.any([options.signal, stopped.signal]);
  const ask = (cursor: string | null): Promise<ListPage> => {
    const page = store.list(prefix, { ...options, cursor, signal });
    // Its failure is told when the page is read; until then nobody listens.
    page.catch(() => undefined);
    return page;
  };
  try {
    let coming: Promise<ListPage> | null = ask(null);
    let asked: string | null = null;
    while (coming !== null) {
      const page: ListPage = await coming;
      if (page.cursor !== null && page.cursor === asked) {
        throw fail('server_error', {
          message: 'The listing goes round in circles: a page named itself as the next.',
          next: 'Try again later.',
        });
      }
      asked = page.cursor;
      coming = page.cursor === null ? null : ask(page.cursor);
      yield page;
    }
  } finally {
    stopped.abort();
  }
}
