/** All pages of a listing, the next one asked for while one is being used. */
import type { Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { ListPage, Store } from '../stores/store.ts';

/** Lists to the end. Throws as `Store.list` does; who stops early aborts `signal`, too, or lets one answer come in vain. */
export async function* listAll(
  store: Pick<Store, 'list'>,
  prefix: Prefix,
  { isRecursive, signal }: { isRecursive: boolean; signal: AbortSignal },
): AsyncGenerator<ListPage> {
  const ask = (cursor: string | null) => {
    const asked = store.list(prefix, { isRecursive, cursor, signal });
    // A failure is met when its page is wanted.
    asked.catch(() => undefined);
    return asked;
  };
  let next: Promise<ListPage> | null = ask(null);
  while (next !== null) {
    const page: ListPage = await next;
    next = page.cursor === null ? null : ask(page.cursor);
    yield page;
  }
}
