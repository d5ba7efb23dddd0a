/** The sources of the contract → records. */
import { dirname } from 'node:path';
import type * as z from 'zod/mini';
import type { LeftOut } from '../../src-shared/contract/listing.ts';
import type { ImportSource } from '../../src-shared/contract/rows.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { LocalPlace, Platform } from '../../src-shared/reference/file-path.ts';
import type { Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { Store } from '../stores/store.ts';
import { readDrop } from './drop-forms.ts';
import type { ImportRecord } from './import-record.ts';
import { addressRecord, listedRecord, unreadableRecord } from './import-record.ts';
import { readPrefix } from './prefix-place.ts';
import { listFormatOf, readListFile, readListText, readNamedList } from './read-list.ts';
import { walkPrefix } from './walk-prefix.ts';

export type Source = z.output<typeof ImportSource>;

/** The computer that paths belong to. */
export interface Computer {
  readonly home: string;
  readonly platform: Platform;
}

/** What relative paths of a source start from: the caller's folder, a list's own folder, or nothing. */
export function localPlaceOf(source: Source, computer: Computer): LocalPlace {
  switch (source.kind) {
    case 'texts':
    case 'text':
      return { ...computer, cwd: source.cwd ?? null };
    case 'file':
      return { ...computer, cwd: dirname(source.path) };
    case 'prefix':
      return { ...computer, cwd: source.cwd ?? null };
    case 'drop':
      return { ...computer, cwd: null };
  }
}

/** How prefixes are listed. What a listing leaves out is added to `leftOut`. */
export interface PrefixListing {
  readonly storeOf: (prefix: Prefix) => Pick<Store, 'list'>;
  readonly signal: AbortSignal;
  readonly leftOut: LeftOut;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The records of a source in batches. Throws `Failure` where the source as a whole cannot be read. */
export function sourceRecords(source: Source, computer: Computer, listing: PrefixListing): AsyncGenerator<ImportRecord[]> {
  switch (source.kind) {
    case 'texts':
      return inBatches(source.texts.map((text, index) => addressRecord(index + 1, text)));
    case 'text':
      return readListText(source.text, source.format);
    case 'file':
      return readListFile(source.path, source.format);
    case 'prefix':
      return prefixRecords(source, computer, listing);
    case 'drop':
      return droppedRecords(source, computer);
  }
}

async function* prefixRecords(
  source: Extract<Source, { kind: 'prefix' }>,
  computer: Computer,
  { storeOf, signal, leftOut, now }: PrefixListing,
): AsyncGenerator<ImportRecord[]> {
  const prefix = readPrefix(source.prefix, localPlaceOf(source, computer));
  let line = 0;
  for await (const objects of walkPrefix({ prefix, glob: source.glob, store: storeOf(prefix), signal }, leftOut)) {
    const at = new Date(now()).toISOString();
    yield objects.map((object) => {
      line += 1;
      return listedRecord(line, object, at);
    });
  }
}

/** Dropped lists are read, dropped files and folders are addresses; all are numbered through. */
async function* droppedRecords(source: Extract<Source, { kind: 'drop' }>, computer: Computer): AsyncGenerator<ImportRecord[]> {
  const { paths, lists, refused, addresses } = readDrop(source);
  let line = 0;
  async function* numbered(name: string, batches: AsyncGenerator<ImportRecord[]>, local?: LocalPlace): AsyncGenerator<ImportRecord[]> {
    try {
      for await (const records of batches) {
        yield records.map((record) => {
          line += 1;
          return local === undefined ? { ...record, line } : { ...record, line, local };
        });
      }
    } catch (thrown) {
      // A list that cannot be read is one reject among the other things that were dropped.
      if (!(thrown instanceof Failure) || thrown.error.cause === 'cancelled') throw thrown;
      line += 1;
      yield [unreadableRecord(line, name, thrown.error)];
    }
  }
  for (const path of paths) {
    if (listFormatOf(path) === null) {
      line += 1;
      yield [addressRecord(line, path)];
    } else yield* numbered(path, readListFile(path), { ...computer, cwd: dirname(path) });
  }
  for (const { name, text } of lists) yield* numbered(name, readNamedList(name, text));
  yield* inBatches(refused.map(({ text, problem }) => addressRecord(++line, text, { problem })));
  yield* inBatches(addresses.map(({ text, ...more }) => addressRecord(++line, text, more)));
}

async function* inBatches(records: ImportRecord[]): AsyncGenerator<ImportRecord[]> {
  const size = 500;
  for (let start = 0; start < records.length; start += size) yield records.slice(start, start + size);
}

/** A generator from its first value on, which was taken to see whether there is one. */
export async function* startingWith<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}
