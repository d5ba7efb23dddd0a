/** What lies below a prefix: one page of it, all of it, or how much it is. */
import type * as z from 'zod/mini';
import type { LeftOut, ListedEntry, ListingCount, listing } from '../../src-shared/contract/listing.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import { kindOf } from '../../src-shared/reference/describe-reference.ts';
import { type Prefix, prefixText } from '../../src-shared/reference/parse-prefix.ts';
import type { MediaKind } from '../../src-shared/reference/reference.ts';
import { listAll } from '../stores/list-all.ts';
import type { ListedObject, Store } from '../stores/store.ts';
import { keyMatcher } from './key-glob.ts';
import { nameBelow } from './prefix-place.ts';
import type { NameSuggestion } from './suggest-name.ts';

type PageOutput = z.output<typeof listing.page.output>;

/** What is listed, of which store. */
export interface Listed {
  readonly prefix: Prefix;
  readonly glob: string | undefined;
  readonly store: Pick<Store, 'list'>;
  readonly signal: AbortSignal;
}

/** Objects shown while others are counted. */
const firstShown = 200;
/** What is counted is told no more often than this, in ms: each time the first objects travel along. */
const tellEvery = 200;

/** Adds to `leftOut` what it leaves out. Throws as `Store.list` does, and `cancelled`. */
export async function* walkPrefix({ prefix, glob, store, signal }: Listed, leftOut: LeftOut): AsyncGenerator<ListedObject[]> {
  const matches = glob === undefined ? null : keyMatcher(glob);
  for await (const page of listAll(inWords(store), prefix, { isRecursive: true, signal })) {
    if (signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    const objects = page.objects.filter(({ reference }) => matches?.(nameBelow(prefix, reference)) ?? true);
    leftOut.placeholders += page.placeholders;
    leftOut.empty += page.empty;
    leftOut.notMatched += page.objects.length - objects.length;
    yield objects;
  }
}

/** One page, as the contract shows it. */
export async function listPage(
  { prefix, glob, store, signal }: Listed,
  { cursor, isRecursive, limit }: { cursor: string | null; isRecursive: boolean; limit: number | undefined },
): Promise<PageOutput> {
  const matches = glob === undefined ? null : keyMatcher(glob);
  const page = await inWords(store).list(prefix, { isRecursive, cursor, signal, ...(limit === undefined ? {} : { limit }) });
  const objects = page.objects.filter(({ reference }) => matches?.(nameBelow(prefix, reference)) ?? true);
  return {
    prefix: prefixText(prefix),
    folders: page.folders.map((folder) => ({ prefix: prefixText(folder), name: nameBelow(prefix, folder) })),
    objects: objects.map((object) => entryOf(prefix, object)),
    placeholders: page.placeholders,
    empty: page.empty,
    notMatched: page.objects.length - objects.length,
    cursor: page.cursor,
  };
}

/** Counts to the end, telling how far it is. @param names.now milliseconds since 1970 */
export async function countPrefix(
  listed: Listed,
  names: { suggestion: NameSuggestion; taken: readonly string[]; now: () => number },
  onCount: (count: ListingCount) => void,
): Promise<ListingCount> {
  const leftOut: LeftOut = { placeholders: 0, empty: 0, notMatched: 0 };
  const kinds = new Map<MediaKind, number>();
  const first: ListedEntry[] = [];
  let objects = 0;
  let bytes = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  const counted = (): ListingCount => ({
    objects,
    bytes,
    ...leftOut,
    first: [...first],
    kinds: [...kinds].toSorted((a, b) => b[1] - a[1]).map(([kind]) => kind),
    suggestedName: names.suggestion.name(names.taken),
  });
  for await (const found of walkPrefix(listed, leftOut)) {
    for (const object of found) {
      objects += 1;
      bytes += object.size ?? 0;
      const kind = kindOf(object.reference);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (objects === 1) names.suggestion.add(object.reference);
      if (first.length < firstShown) first.push(entryOf(listed.prefix, object));
    }
    if (names.now() - toldAt < tellEvery) continue;
    toldAt = names.now();
    onCount(counted());
  }
  return counted();
}

/** A refusal says of a listing what it is: who may not list a bucket may still read its files. */
function inWords(store: Pick<Store, 'list'>): Pick<Store, 'list'> {
  return {
    list: (prefix, options) =>
      store.list(prefix, options).catch((thrown: unknown) => {
        if (!(thrown instanceof Failure) || thrown.error.cause !== 'access_denied') throw thrown;
        const { details } = thrown.error;
        throw fail('access_denied', {
          message: `“${prefixText(prefix)}” may not be listed by the identity in use.`,
          next: 'Choose another identity, ask the owner for access, or import a list of its files.',
          ...(details ? { details } : {}),
        });
      }),
  };
}

function entryOf(prefix: Prefix, { reference, size, modified, storageClass }: ListedObject): ListedEntry {
  const { canonical } = reference;
  return { url: canonical, name: nameBelow(prefix, reference), size, modified, kind: kindOf(reference), storageClass };
}
