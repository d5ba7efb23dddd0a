/** Records → references or rejects, a few hundred at a time, so that a long list leaves the event loop free for everybody else. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Rejected } from '../../src-shared/contract/rows.ts';
import type { Outcome, VitrineError } from '../../src-shared/model/error.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { Column } from '../../src-shared/model/table.ts';
import type { LocalPlace } from '../../src-shared/reference/file-path.ts';
import type { ImportRecord } from './import-record.ts';
import { clipped } from './import-record.ts';
import type { Located } from './locate-files.ts';
import { folderRefused, locate, walkFolder } from './locate-files.ts';
import type { LocatedField } from './row-plan.ts';

/** A record with its references, or with the reason why it gives no row. */
export type Resolved =
  | { readonly ok: true; readonly record: ImportRecord; readonly references: LocatedField[] }
  | { readonly ok: false; readonly record: ImportRecord; readonly text: string; readonly error: VitrineError };

export interface ResolveOptions {
  readonly local: LocalPlace;
  readonly recursive: boolean;
  readonly signal: AbortSignal | undefined;
  /** Fields of a record that hold addresses; null: its text is the address. The first is the one that must not be empty. May throw `Failure`. */
  addressFields(record: ImportRecord): readonly { column: Column | null; field: string }[] | null;
}

/** Small enough that parsing them takes a few milliseconds. */
const recordsATurn = 250;

/** Resolves records in their order. A folder gives a record for each media file in it. Throws `cancelled` when the signal aborts. */
export async function* resolveRecords(batches: AsyncIterable<ImportRecord[]>, options: ResolveOptions): AsyncGenerator<Resolved[]> {
  let isFirst = true;
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; start += recordsATurn) {
      if (options.signal?.aborted) throw fail('cancelled', { message: 'Import cancelled. Nothing was inserted.' });
      const turn = batch.slice(start, start + recordsATurn).map((record) => {
        const resolving = resolveRecord(record, options, isFirst);
        isFirst = false;
        return resolving;
      });
      let resolved: Resolved[] = [];
      for (const waiting of turn) {
        // An address that asks no disk is there at once; a turn of the queue for each of a million rows would cost seconds.
        const one = waiting instanceof Promise ? await waiting : waiting;
        if (!('folder' in one)) {
          resolved.push(one);
          continue;
        }
        yield resolved;
        resolved = [];
        yield* resolveFolder(one.record, one.folder, options);
      }
      yield resolved;
      await nextTurn();
    }
  }
}

type MaybeFolder = Resolved | { readonly folder: string; readonly record: ImportRecord };

function resolveRecord(record: ImportRecord, options: ResolveOptions, isFirst: boolean): MaybeFolder | Promise<MaybeFolder> {
  if (record.problem !== undefined) return { ok: false, record, text: record.text, error: record.problem };
  if (record.listed !== undefined) {
    return { ok: true, record, references: [{ column: null, typed: record.text, reference: record.listed.reference }] };
  }
  const local = record.local ?? options.local;
  try {
    const fields = options.addressFields(record);
    if (fields !== null) return resolveFields(record, fields, local);
  } catch (thrown) {
    // What is wrong with the first record is wrong with the list; later ones stand for themselves.
    if (!(thrown instanceof Failure) || isFirst) throw thrown;
    return { ok: false, record, text: record.text, error: thrown.error };
  }
  const text = record.corrected ?? record.text;
  const finish = (located: Outcome<Located>): MaybeFolder => {
    if (!located.ok) return { ok: false, record, text, error: located.error };
    const { reference, isFolder } = located.value;
    if (!isFolder) return { ok: true, record, references: [{ column: null, typed: text, reference }] };
    if (options.recursive && reference.scheme === 'file') return { folder: reference.path, record };
    return { ok: false, record, text, error: folderRefused(text) };
  };
  const located = locate(text, local);
  return located instanceof Promise ? located.then(finish) : finish(located);
}

function resolveFields(
  record: ImportRecord,
  fields: readonly { column: Column | null; field: string }[],
  local: LocalPlace,
): Resolved | Promise<Resolved> {
  const references: LocatedField[] = [];
  const resolveFrom = (start: number): Resolved | Promise<Resolved> => {
    for (let index = start; index < fields.length; index += 1) {
      const { column = null, field = '' } = fields[index] ?? {};
      const value = record.fields?.[field] ?? null;
      if (index > 0 && (value === null || value === '')) continue;
      if (value !== null && typeof value !== 'string') {
        const { error } = fail('invalid_url', {
          message: `This is not an address: the field “${field}” holds no text.`,
          next: 'Correct the list.',
        });
        return { ok: false, record, text: JSON.stringify(value), error };
      }
      const typed = value ?? '';
      const take = (located: Outcome<Located>): Resolved | null => {
        if (!located.ok) return { ok: false, record, text: typed === '' ? record.text : typed, error: located.error };
        if (located.value.isFolder) return { ok: false, record, text: typed, error: folderRefused(typed) };
        references.push({ column, typed, reference: located.value.reference });
        return null;
      };
      const located = locate(typed, local);
      if (located instanceof Promise) return located.then((found) => take(found) ?? resolveFrom(index + 1));
      const refused = take(located);
      if (refused !== null) return refused;
    }
    return { ok: true, record, references };
  };
  return resolveFrom(0);
}

async function* resolveFolder(record: ImportRecord, folder: string, options: ResolveOptions): AsyncGenerator<Resolved[]> {
  for await (const files of walkFolder(folder, (record.local ?? options.local).platform)) {
    if (options.signal?.aborted) throw fail('cancelled', { message: 'Import cancelled. Nothing was inserted.' });
    yield files.map(({ path, reference }): Resolved => {
      const ofFile: ImportRecord = { line: record.line, text: path, fields: null, isText: true };
      if (!reference.ok) return { ok: false, record: ofFile, text: path, error: reference.error };
      return { ok: true, record: ofFile, references: [{ column: null, typed: path, reference: reference.value }] };
    });
    await nextTurn();
  }
}

/** A reject as the contract tells it. */
export function rejectedLine(line: number, text: string, { cause, message, next }: VitrineError): Rejected {
  return { line, text: clipped(text), cause, message, next };
}
