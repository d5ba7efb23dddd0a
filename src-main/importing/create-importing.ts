/** Puts the room together: sources are read, resolved, and either kept as a preview or written. */
import type { LeftOut } from '../../src-shared/contract/listing.ts';
import type { Rejected } from '../../src-shared/contract/rows.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import { isMediaType } from '../../src-shared/model/table.ts';
import { kindOf } from '../../src-shared/reference/describe-reference.ts';
import type { LocalPlace } from '../../src-shared/reference/file-path.ts';
import { placeOf } from '../../src-shared/reference/keyed-address.ts';
import type { Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { Catalog, InsertBatch, NewReference } from '../catalog/catalog.ts';
import type { StoreRule } from '../settings/settings.ts';
import type { Store } from '../stores/store.ts';
import { convertValue } from './convert-value.ts';
import type { ImportRecord } from './import-record.ts';
import { clipped } from './import-record.ts';
import type { EditLineInput, Importing, Inserted, InsertInput, PreviewInput, TakeAlternativeInput } from './importing.ts';
import { locateFile, parseAddress } from './locate-files.ts';
import { type LeadsTo, offerOf } from './offers.ts';
import { readPrefix } from './prefix-place.ts';
import type { PreviewEntry, StoredPreview } from './preview-store.ts';
import { countPreview, PreviewStore, previewLimits, shownLines } from './preview-store.ts';
import type { Resolved } from './resolve-records.ts';
import { rejectedLine, resolveRecords } from './resolve-records.ts';
import { addToRuns, guessAddressField, namedColumn, planRows } from './row-plan.ts';
import type { Computer, PrefixListing } from './source-records.ts';
import { localPlaceOf, sourceRecords, startingWith } from './source-records.ts';
import { NameSuggestion } from './suggest-name.ts';
import { countPrefix, listPage } from './walk-prefix.ts';

export interface ImportingOptions {
  readonly catalog: Pick<Catalog, 'rows' | 'tree'>;
  /** Whose paths are read: `process.platform` and the user's home folder. */
  readonly computer: Computer;
  /** Milliseconds since 1970; decides how long a signed link still lives. */
  readonly now: () => number;
  readonly storeOf: (prefix: Prefix) => Pick<Store, 'list'>;
  readonly leadsTo: LeadsTo;
  /** Whether rows of a bucket are in the library. */
  readonly isBucketUsed: (scheme: string, bucket: string) => Promise<boolean>;
  /** Adds a rule to the settings; throws `already_exists` where another one has its match. */
  readonly addStoreRule: (rule: StoreRule) => Promise<void>;
}

/** The importing room of an open library. */
export function createImporting(options: ImportingOptions): Importing {
  const { catalog, computer, now, storeOf, leadsTo } = options;
  const previews = new PreviewStore();
  const listing = (signal: AbortSignal, leftOut: LeftOut = nothingLeftOut()) => ({ storeOf, signal, leftOut, now });

  function listedOf(
    { prefix: text, cwd, glob }: { prefix: string; cwd?: string | undefined; glob?: string | undefined },
    signal: AbortSignal,
  ) {
    const prefix = readPrefix(text, { ...computer, cwd: cwd ?? null });
    return { prefix, glob, store: storeOf(prefix), signal };
  }

  const takenNames = async () => (await catalog.tree.list(null)).tables.map(({ path }) => path);

  async function preview(input: PreviewInput, signal: AbortSignal = new AbortController().signal) {
    const table = input.table === undefined ? null : await catalog.tree.getTable(input.table);
    const local = localPlaceOf(input.source, computer);
    const recursive = input.recursive ?? input.source.kind === 'drop';
    const entries: PreviewEntry[] = [];
    const suggestion = new NameSuggestion();
    let kept = 0;
    const addressFields = (record: ImportRecord) => previewedField(record, table);
    for await (const batch of resolveRecords(sourceRecords(input.source, computer, listing(signal)), {
      local,
      recursive,
      signal,
      addressFields,
    })) {
      const known = await knownReferences(batch);
      for (const resolved of batch) {
        const entry = entryOf(resolved, Math.max((entries.at(-1)?.line ?? 0) + 1, resolved.record.line), known, table);
        entries.push(entry);
        if (resolved.ok && resolved.references[0]) suggestion.add(resolved.references[0].reference);
        kept += entry.typed.length + (entry.record.fields === null ? 0 : JSON.stringify(entry.record.fields).length);
      }
      if (entries.length > previewLimits.lines || kept > previewLimits.text) throw tooLargeForPreview();
    }
    const taken = await takenNames();
    const id = previews.nextId();
    const stored: StoredPreview = {
      id,
      table,
      local,
      recursive,
      entries,
      suggestedName: suggestion.name(taken),
      earlier: new Map(),
      byResult: { new: [], already: [], rejected: [] },
      summary: { previewId: id, all: 0, fresh: 0, already: 0, rejected: 0, kinds: [], suggestedName: '' },
    };
    await countPreview(stored);
    previews.add(stored);
    return stored.summary;
  }

  async function knownReferences(batch: readonly Resolved[]): Promise<Map<string, { tablePath: string; rowId: RowId }[]>> {
    const canonicals = batch.flatMap((resolved) =>
      resolved.ok && resolved.references[0] ? [resolved.references[0].reference.canonical] : [],
    );
    const known = new Map<string, { tablePath: string; rowId: RowId }[]>();
    if (canonicals.length === 0) return known;
    for (const { canonical, ...place } of await catalog.rows.findReferences(null, [...new Set(canonicals)])) {
      known.set(canonical, [...(known.get(canonical) ?? []), place]);
    }
    return known;
  }

  function entryAt(previewId: number, line: number): { stored: StoredPreview; entry: PreviewEntry } {
    const stored = previews.get(previewId);
    const entry = stored.entries.find((candidate) => candidate.line === line);
    if (entry === undefined) throw fail('invalid_input', { message: `The preview has no line ${line}.`, next: 'Choose another line.' });
    return { stored, entry };
  }

  async function editLine({ previewId, line, text }: EditLineInput) {
    const { stored, entry } = entryAt(previewId, line);
    const { problem: _problem, alternative: _alternative, isAlternative: _isAlternative, listed: _listed, ...rest } = entry.record;
    return replaceLine(stored, line, text, rest.fields === null ? { ...rest, text } : { ...rest, corrected: text });
  }

  async function takeAlternative({ previewId, line }: TakeAlternativeInput) {
    const { stored, entry } = entryAt(previewId, line);
    const { problem: _problem, ...rest } = entry.record;
    const text = rest.alternative;
    if (text === undefined) throw fail('invalid_input', { message: `Line ${line} has no alternative.`, next: 'Choose another line.' });
    return replaceLine(stored, line, text, { ...rest, text, alternative: rest.text, isAlternative: !rest.isAlternative });
  }

  async function setUpStore({ previewId, line }: TakeAlternativeInput) {
    const { stored, entry } = entryAt(previewId, line);
    const parsed = parseAddress(entry.typed, entry.record.local ?? stored.local);
    const offer = parsed.ok ? offerOf(parsed.value, leadsTo) : null;
    if (offer === null || offer.store === null) {
      throw fail('invalid_input', { message: `Line ${line} needs no store to be set up.`, next: 'Choose another line.' });
    }
    const { scheme, bucket } = placeOf(offer.reference);
    if (await options.isBucketUsed(scheme, bucket)) {
      throw fail('already_exists', {
        message: `Rows of “${offer.store.match}” are here already, and they would lead to ${offer.store.endpoint} then.`,
        next: 'Import the web address as it is.',
      });
    }
    await options.addStoreRule({ ...offer.store, anonymous: true });
    stored.summary = { ...stored.summary };
    return stored.summary;
  }

  async function replaceLine(stored: StoredPreview, line: number, text: string, record: ImportRecord) {
    const located = await locateFile(text, record.local ?? stored.local);
    const resolved: Resolved = located.ok
      ? { ok: true, record, references: [{ column: null, typed: text, reference: located.value }] }
      : { ok: false, record, text, error: located.error };
    const entry = entryOf(resolved, line, await knownReferences([resolved]), stored.table);
    stored.entries[stored.entries.findIndex((candidate) => candidate.line === line)] = entry;
    await countPreview(stored);
    return stored.summary;
  }

  async function insert(
    input: InsertInput,
    { table, signal, onProgress }: { table: Table; signal: AbortSignal; onProgress?: (rows: number) => void },
  ): Promise<Inserted> {
    const plan = planRows(table, { column: input.column, map: input.map });
    const leftOut = nothingLeftOut();
    const { records, local, recursive } = recordsToInsert(input, listing(signal, leftOut));
    const rejected: Rejected[] = [];
    const addressFields = plan.addressFields;

    async function* batches(): AsyncGenerator<InsertBatch> {
      for await (const batch of resolveRecords(records, { local, recursive, signal, addressFields })) {
        const runs: InsertBatch[] = [];
        for (const resolved of batch) {
          const row = resolved.ok ? plan.rowOf(resolved.record, resolved.references) : resolved;
          if (row.ok && 'value' in row) addToRuns(runs, row.value);
          else if (!row.ok) {
            const text = resolved.ok ? (resolved.references[0]?.typed ?? resolved.record.text) : resolved.text;
            rejected.push(rejectedLine(resolved.record.line, text, row.error));
          }
        }
        // After a reject nothing will be inserted; the rest is read for its rejects only.
        if (!(input.onError === 'abort' && rejected.length > 0)) yield* runs;
      }
      if (input.onError === 'abort' && rejected.length > 0) throw new NothingInserted();
    }

    try {
      const inserted = input.dryRun
        ? { rows: await countRows(batches(), table, input.skipDuplicates ?? false), firstRowId: null, lastRowId: null, changeId: null }
        : await insertBatches(table, batches(), {
            skipKnown: input.skipDuplicates ?? false,
            signal,
            ...(onProgress ? { onProgress } : {}),
          });
      if (input.source.kind === 'preview' && !input.dryRun) previews.close(input.source.previewId);
      const rowIds = rowIdsBetween(inserted.firstRowId, inserted.lastRowId);
      return {
        rows: inserted.rows,
        rejected,
        ...(input.source.kind === 'prefix' ? { leftOut } : {}),
        changeId: inserted.changeId,
        rowIds,
      };
    } catch (thrown) {
      if (thrown instanceof NothingInserted) return { rows: 0, rejected, changeId: null, rowIds: [] };
      throw thrown;
    }
  }

  /** An import of nothing leaves no change in the history. */
  async function insertBatches(
    table: Table,
    batches: AsyncGenerator<InsertBatch>,
    options: { skipKnown: boolean; signal: AbortSignal; onProgress?: (rows: number) => void },
  ): ReturnType<Catalog['rows']['insert']> {
    const first = await batches.next();
    if (first.done === true) return { rows: 0, firstRowId: null, lastRowId: null, changeId: null };
    return catalog.rows.insert(table.id, startingWith(first.value, batches), { label: `Inserted {rows} into ${table.path}`, ...options });
  }

  async function countRows(batches: AsyncGenerator<InsertBatch>, table: Table, skipDuplicates: boolean): Promise<number> {
    let count = 0;
    const seen = new Set<string>();
    for await (const { rows } of batches) {
      if (!skipDuplicates) {
        count += rows.length;
        continue;
      }
      const canonicals = rows.map((row) => row.find(isNewReference)?.canonical);
      const wanted = canonicals.filter((canonical) => canonical !== undefined);
      for (const { canonical } of await catalog.rows.findReferences(table.id, wanted)) seen.add(canonical);
      for (const canonical of canonicals) {
        if (canonical !== undefined && seen.has(canonical)) continue;
        if (canonical !== undefined) seen.add(canonical);
        count += 1;
      }
    }
    return count;
  }

  function recordsToInsert(
    { source, recursive }: InsertInput,
    prefixes: PrefixListing,
  ): {
    records: AsyncGenerator<ImportRecord[]>;
    local: LocalPlace;
    recursive: boolean;
  } {
    if (source.kind !== 'preview') {
      const records = sourceRecords(source, computer, prefixes);
      return { records, local: localPlaceOf(source, computer), recursive: recursive ?? source.kind === 'drop' };
    }
    const stored = previews.get(source.previewId);
    return {
      records: recordsOfPreview(stored, new Set(source.skippedLines ?? []), source.useOffered ? leadsTo : null),
      local: stored.local,
      recursive: false,
    };
  }

  async function convertCells(table: Table, set: Record<string, CellValue>, cwd?: string) {
    const cells: { columnId: number; value: CellValue | NewReference }[] = [];
    for (const [name, value] of Object.entries(set)) {
      const column = namedColumn(table, name);
      if (!isMediaType(column.type)) {
        const converted = convertValue(value, column, { isText: typeof value === 'string' });
        if (!converted.ok) throw new Failure(converted.error);
        cells.push({ columnId: column.id, value: converted.value });
      } else if (value === null || value === '') cells.push({ columnId: column.id, value: null });
      else {
        if (typeof value !== 'string')
          throw fail('invalid_input', {
            message: `“${column.name}” holds addresses, so its value must be text.`,
            next: 'Give an address.',
          });
        const located = await locateFile(value, { ...computer, cwd: cwd ?? null });
        if (!located.ok) throw new Failure(located.error);
        cells.push({ columnId: column.id, value: { canonical: located.value.canonical, typed: value } });
      }
    }
    return cells;
  }

  return {
    preview,
    previewLines: async ({ previewId, ...range }) => shownLines(previews.get(previewId), range, { leadsTo, now: now() }),
    editLine,
    takeAlternative,
    setUpStore,
    closePreview: (previewId) => previews.close(previewId),
    insert,
    convertCells,
    listPage: ({ cursor = null, isRecursive = false, limit, ...input }, signal) =>
      listPage(listedOf(input, signal), { cursor, isRecursive, limit }),
    countPrefix: async (input, { signal, onCount }) =>
      countPrefix(listedOf(input, signal), { suggestion: new NameSuggestion(), taken: await takenNames(), now }, onCount),
  };
}

/** Ends an insert with `onError: 'abort'` after all rejects are known. */
class NothingInserted extends Error {}

function entryOf(
  resolved: Resolved,
  line: number,
  known: ReadonlyMap<string, { tablePath: string; rowId: RowId }[]>,
  table: Table | null,
): PreviewEntry {
  const first = resolved.ok ? resolved.references[0] : undefined;
  if (first === undefined) {
    const [text, error] = resolved.ok
      ? [
          resolved.record.text,
          fail('invalid_url', { message: 'This is not an address: there is nothing in it.', next: 'Correct the list.' }).error,
        ]
      : [resolved.text, resolved.error];
    // Only a start of a rejected text is kept, with its reason, so that a list of nonsense cannot fill the memory.
    const record: ImportRecord =
      text.length > 1000 ? { ...resolved.record, text: clipped(text), fields: null, problem: error } : resolved.record;
    return { line, record, typed: clipped(text), canonical: null, kind: 'unknown', error, known: null };
  }
  const { reference, typed } = first;
  const places = known.get(reference.canonical) ?? [];
  const place = places.find(({ tablePath }) => tablePath === table?.path) ?? places[0] ?? null;
  return { line, record: resolved.record, typed, canonical: reference.canonical, kind: kindOf(reference), error: null, known: place };
}

/** Before a table is chosen: a field named like one of its media columns, else the one that looks like the address. */
function previewedField(record: ImportRecord, table: Table | null): { column: null; field: string }[] | null {
  if (record.fields === null || record.corrected !== undefined) return null;
  const names = Object.keys(record.fields);
  const media = (table?.columns ?? []).filter((column) => isMediaType(column.type) && column.kind !== 'computed');
  const named = names.find((name) => media.some((column) => column.name.toLowerCase() === name.trim().toLowerCase()));
  const field = named ?? guessAddressField(names, record.fields);
  if (field !== null) return [{ column: null, field }];
  throw fail('invalid_input', {
    message: `No field of the list holds addresses; its fields are ${names.slice(0, 50).join(', ')}.`,
    next: 'Insert it on the command line, where “--map” says which field is the address.',
  });
}

/** `leadsTo` null: addresses are taken as they were given; else those that are offered in their place, where they are good now. */
async function* recordsOfPreview(
  stored: StoredPreview,
  skipped: ReadonlySet<number>,
  leadsTo: LeadsTo | null,
): AsyncGenerator<ImportRecord[]> {
  const size = 500;
  for (let start = 0; start < stored.entries.length; start += size) {
    yield stored.entries.slice(start, start + size).flatMap((entry) => {
      if (skipped.has(entry.line)) return [];
      const record = { ...entry.record, line: entry.line };
      if (entry.error !== null) return [{ ...record, text: entry.typed, problem: entry.error }];
      if (leadsTo === null) return [record];
      const parsed = parseAddress(entry.typed, entry.record.local ?? stored.local);
      const offer = parsed.ok ? offerOf(parsed.value, leadsTo) : null;
      return [offer === null || offer.store !== null ? record : { ...record, corrected: offer.reference.canonical }];
    });
  }
}

function isNewReference(value: CellValue | NewReference): value is NewReference & { canonical: CanonicalUrl } {
  return (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    typeof value.canonical === 'string' &&
    typeof value.typed === 'string'
  );
}

function rowIdsBetween(first: RowId | null, last: RowId | null): RowId[] {
  if (first === null || last === null) return [];
  return Array.from({ length: last - first + 1 }, (_nothing, index) => (first + index) as RowId);
}

function nothingLeftOut(): LeftOut {
  return { placeholders: 0, empty: 0, notMatched: 0 };
}

function tooLargeForPreview(): Failure {
  return fail('too_large', {
    message: 'This list is too large for a preview.',
    next: 'Insert it on the command line: vitrine insert TABLE --from FILE.',
  });
}
