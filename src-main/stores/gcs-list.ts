/** A page of a bucket's listing: asked in the words of Google's storage library, sent by the store, sorted into what is listed and what is left out. */
import { PassThroughClient } from 'google-auth-library';
import * as z from 'zod/mini';
import { type Failure, fail } from '../../src-shared/model/error.ts';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import type { KeyPrefix } from '../../src-shared/reference/parse-prefix.ts';
import type { ListedObject, ListOptions, ListPage } from './store.ts';

/** Sends the parameters of a listing; gives the JSON that came. Throws `Failure`. */
export type SendListing = (query: Readonly<Record<string, string>>) => Promise<unknown>;

/** The fields of each object that are asked for; the size is decimal text, as JSON numbers are too small for it. */
const ListedResource = z.object({
  name: z.string(),
  size: z.string().check(z.regex(/^\d{1,16}$/)),
  generation: z.optional(z.string()),
  updated: z.optional(z.string()),
  storageClass: z.optional(z.string()),
});
const Page = z.object({
  items: z.optional(z.array(ListedResource)),
  prefixes: z.optional(z.array(z.string())),
  nextPageToken: z.optional(z.string()),
});
const Cursor = z.nullable(z.object({ pageToken: z.string() }));
const fields = `items(${Object.keys(ListedResource.shape).join(',')}),prefixes,nextPageToken`;

/**
 * Lists one page.
 *
 * Note: how far `@google-cloud/storage` goes. Its `getFiles` names the parameters and turns the pages. Its own way of sending cannot be given
 * up with a signal, takes proxies and the emulator from the process's environment alone, tries again by a policy of its own and keeps
 * the reason of a refusal behind its message: so its `request` is ours.
 */
export async function listBucket(
  prefix: KeyPrefix,
  options: Omit<ListOptions, 'signal'> & { readonly host: string; readonly send: SendListing },
): Promise<ListPage> {
  // Loaded when first needed: it takes longer than most commands.
  const { Storage } = await import('@google-cloud/storage');
  // The library's own answer has lost its types on the way: what was checked when it came is kept beside it.
  let page: z.infer<typeof Page> = {};
  class Listing extends Storage {
    override request(...[asked, answer]: Parameters<InstanceType<typeof Storage>['request']>): void {
      options.send(queryOf(asked.qs)).then(
        (body) => {
          const read = Page.safeParse(body);
          if (!read.success) return answer(notCloudStorage(options.host));
          page = read.data;
          answer(null, page);
        },
        (thrown: unknown) => answer(thrown instanceof Error ? thrown : new Error(String(thrown))),
      );
    }
  }
  const bucket = new Listing({ projectId: '-', authClient: new PassThroughClient() }).bucket(prefix.bucket);
  const [, next] = await bucket.getFiles({
    autoPaginate: false,
    fields,
    ...(prefix.prefix === '' ? {} : { prefix: prefix.prefix }),
    ...(options.isRecursive ? {} : { delimiter: '/' }),
    ...(options.cursor === null ? {} : { pageToken: options.cursor }),
    ...(options.limit === undefined ? {} : { maxResults: options.limit }),
  });
  const folders = (page.prefixes ?? []).map((folder) => ({ scheme: 'gs', bucket: prefix.bucket, prefix: folder }) as const);
  return { ...sortedOut(prefix.bucket, page.items ?? []), folders, cursor: Cursor.parse(next)?.pageToken ?? null };
}

function notCloudStorage(host: string): Failure {
  return fail('server_error', { message: `${host} answered something that is not Cloud Storage.`, next: 'Check the address.' });
}

function sortedOut(bucket: string, found: readonly z.infer<typeof ListedResource>[]): Pick<ListPage, 'objects' | 'placeholders' | 'empty'> {
  const objects: ListedObject[] = [];
  let placeholders = 0;
  let empty = 0;
  for (const { name, size, generation, updated, storageClass } of found) {
    if (Number(size) === 0 && name.endsWith('/')) placeholders += 1;
    else if (Number(size) === 0) empty += 1;
    else {
      objects.push({
        reference: keyedAddress({ scheme: 'gs', bucket, key: name }),
        size: Number(size),
        etag: generation ?? null,
        modified: updated !== undefined && !Number.isNaN(Date.parse(updated)) ? new Date(updated).toISOString() : null,
        storageClass: storageClass === undefined || storageClass === 'STANDARD' ? null : storageClass,
      });
    }
  }
  return { objects, placeholders, empty };
}

/** What the library would send, without its own switches. */
function queryOf(parameters: unknown): Record<string, string> {
  if (typeof parameters !== 'object' || parameters === null) return {};
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );
}
