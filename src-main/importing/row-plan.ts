/** Which field goes to which column: decided once per set of field names, then applied to each record. */
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { Outcome } from '../../src-shared/model/error.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Column, Table } from '../../src-shared/model/table.ts';
import { isMediaType } from '../../src-shared/model/table.ts';
import { kindOf } from '../../src-shared/reference/describe-reference.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { InsertBatch, NewReference } from '../catalog/catalog.ts';
import { convertValue } from './convert-value.ts';
import type { Fields, ImportRecord } from './import-record.ts';
import { looksLikeAddress } from './read-csv.ts';

/** A table's columns as an import sees them. Makes `invalid_input` and `unknown_name` of what cannot be. */
export interface RowPlan {
  /** Where the addresses of a record stand; null: the record's text is its address. Throws where no field is one. */
  addressFields(record: ImportRecord): AddressField[] | null;
  /** The row, given the references of its address fields (or of its text). */
  rowOf(record: ImportRecord, references: LocatedField[]): Outcome<PlannedRow>;
}

/** A row to insert. The column of its first reference stands first, since that one decides what is a duplicate. */
export interface PlannedRow {
  readonly columnIds: number[];
  readonly cells: (CellValue | NewReference)[];
}

export interface AddressField {
  readonly column: Column;
  readonly field: string;
}

/** `column` null: by the kind of the reference. */
export interface LocatedField {
  readonly column: Column | null;
  readonly typed: string;
  readonly reference: Reference;
}

interface FieldPlan {
  readonly addresses: AddressField[];
  readonly values: { readonly column: Column; readonly field: string; readonly place: number }[];
}

/** Plans rows for a table. `column`: the media column for addresses; `map`: column name → field name. */
export function planRows(table: Table, options: { column?: string | undefined; map?: Record<string, string> | undefined }): RowPlan {
  const writable = table.columns.filter((column) => column.kind !== 'computed');
  const media = writable.filter((column) => isMediaType(column.type));
  const columns = [...media, ...writable.filter((column) => !isMediaType(column.type))];
  const chosen = options.column === undefined ? null : chosenColumn(table, options.column);
  const mapped = new Map(Object.entries(options.map ?? {}).map(([name, field]) => [namedColumn(table, name), field] as const));
  const plans = new Map<string, FieldPlan>();
  const placeOf = new Map(columns.map((column, index) => [column.id, index]));

  function planFor(fields: Fields): FieldPlan {
    const names = Object.keys(fields);
    const key = names.join('\0');
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = makePlan(names, fields);
      if (plans.size < 1000) plans.set(key, plan);
    }
    return plan;
  }

  function makePlan(names: string[], fields: Fields): FieldPlan {
    const byName = new Map(names.toReversed().map((name) => [name.trim().toLowerCase(), name]));
    const taken = new Map<Column, string>();
    for (const column of columns) {
      const wanted = mapped.get(column);
      const field = wanted === undefined ? byName.get(column.name.toLowerCase()) : fieldNamed(wanted, names, byName, plans.size === 0);
      if (field !== undefined) taken.set(column, field);
    }
    const addresses = media.flatMap((column) => {
      const field = taken.get(column);
      return field === undefined ? [] : [{ column, field }];
    });
    const target = chosen ?? (media.length === 1 ? (media[0] ?? null) : null);
    if (target !== null && !taken.has(target)) {
      const field = guessAddressField(names, fields, new Set(taken.values()));
      if (field !== null) addresses.unshift({ column: target, field });
    }
    if (media.length > 0 && addresses.length === 0) throw noAddressField(media, names);
    const values = columns.flatMap((column, place) => {
      const field = taken.get(column);
      return field === undefined || isMediaType(column.type) ? [] : [{ column, field, place }];
    });
    if (addresses.length === 0 && values.length === 0) throw noAddressField(writable, names);
    const first = addresses.findIndex(({ column }) => column === chosen);
    return { addresses: first > 0 ? [...addresses.splice(first, 1), ...addresses] : addresses, values };
  }

  function columnOf(reference: Reference): Outcome<Column> {
    if (chosen !== null) return { ok: true, value: chosen };
    if (media.length === 1 && media[0]) return { ok: true, value: media[0] };
    const kind = kindOf(reference);
    for (const type of [kind, 'media']) {
      const fitting = media.filter((column) => column.type === type);
      if (fitting.length === 1 && fitting[0]) return { ok: true, value: fitting[0] };
    }
    const names = media.map(({ name }) => `“${name}”`).join(', ');
    const message = media.length === 0 ? `“${table.name}” has no media column.` : `“${table.name}” has several media columns: ${names}.`;
    return {
      ok: false,
      error: fail('invalid_input', { message, next: media.length === 0 ? 'Add one first.' : 'Say into which column.' }).error,
    };
  }

  const allIds = columns.map(({ id }) => id);
  const idsBehind = columns.map((_column, place) => movedToFront(allIds, place));

  return {
    addressFields(record) {
      return record.fields === null || record.corrected !== undefined ? null : planFor(record.fields).addresses;
    },
    rowOf(record, references) {
      const row: (CellValue | NewReference)[] = columns.map(() => null);
      let first = 0;
      for (const [index, { column, typed, reference }] of references.entries()) {
        const target: Outcome<Column> = column === null ? columnOf(reference) : { ok: true, value: column };
        if (!target.ok) return target;
        const place = placeOf.get(target.value.id) ?? 0;
        const { listed } = record;
        row[place] = { canonical: reference.canonical, typed, ...(listed ? { listed: { remote: listed.remote, at: listed.at } } : {}) };
        if (index === 0) first = place;
      }
      for (const { column, field, place } of record.fields === null ? [] : planFor(record.fields).values) {
        const converted = convertValue(record.fields?.[field] ?? null, column, { isText: record.isText });
        if (!converted.ok) return converted;
        row[place] = converted.value;
      }
      return { ok: true, value: { columnIds: idsBehind[first] ?? allIds, cells: movedToFront(row, first) } };
    },
  };
}

/** Rows of one order of columns, one after another, make a batch. */
export function addToRuns(runs: InsertBatch[], { columnIds, cells }: PlannedRow): void {
  const last = runs.at(-1);
  if (last !== undefined && last.columnIds === columnIds) last.rows.push(cells);
  else runs.push({ columnIds, rows: [cells] });
}

function movedToFront<T>(list: readonly T[], place: number): T[] {
  return [...list.slice(place, place + 1), ...list.slice(0, place), ...list.slice(place + 1)];
}

/** The column of this name, or `unknown_name`. */
export function namedColumn(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name.toLowerCase() === name.trim().toLowerCase());
  if (column === undefined) {
    const names = table.columns.map((candidate) => candidate.name).join(', ');
    throw fail('unknown_name', { message: `There is no column “${name}” in “${table.name}”.`, next: `Its columns are: ${names}.` });
  }
  if (column.kind === 'computed') {
    throw fail('invalid_input', { message: `“${column.name}” is computed; its values cannot be given.`, next: 'Choose another column.' });
  }
  return column;
}

function chosenColumn(table: Table, name: string): Column {
  const column = namedColumn(table, name);
  if (isMediaType(column.type)) return column;
  throw fail('invalid_input', {
    message: `“${column.name}” is no media column, so it holds no addresses.`,
    next: 'Choose a media column.',
  });
}

/** Names that lists give their addresses, the likeliest first. */
const addressNames = [
  'url',
  'fileurl',
  'file_url',
  'uri',
  'href',
  'src',
  'link',
  'address',
  'image_url',
  'video_url',
  'audio_url',
  'media_url',
  'image',
  'video',
  'audio',
  'media',
  's3_uri',
  'path',
  'file',
  'filename',
  'file_name',
  'filepath',
  'location',
];

/** The field that holds the address, by its name or else by what stands in it; null where none does. */
export function guessAddressField(names: readonly string[], fields: Fields, taken: ReadonlySet<string> = new Set()): string | null {
  const free = names.filter((name) => !taken.has(name));
  for (const wanted of addressNames) {
    const field = free.find((name) => name.trim().toLowerCase() === wanted);
    if (field !== undefined) return field;
  }
  const byValue = free.find((name) => {
    const value = fields[name];
    return typeof value === 'string' && looksLikeAddress(value);
  });
  return byValue ?? (names.length === 1 ? (free[0] ?? null) : null);
}

/** Records of JSON may leave fields out; a field that the first record does not have is a slip in the mapping. */
function fieldNamed(wanted: string, names: readonly string[], byName: ReadonlyMap<string, string>, isFirst: boolean): string | undefined {
  const field = names.includes(wanted) ? wanted : byName.get(wanted.trim().toLowerCase());
  if (field !== undefined || !isFirst) return field;
  throw fail('unknown_name', {
    message: `There is no field “${wanted}” in the list.`,
    next: `Its fields are: ${names.slice(0, 50).join(', ')}.`,
  });
}

function noAddressField(columns: readonly Column[], names: readonly string[]) {
  const wanted = columns.map(({ name }) => `“${name}”`).join(' or ');
  return fail('invalid_input', {
    message: `No field of the list is named like the column ${wanted}, and none holds addresses; its fields are ${names.slice(0, 50).join(', ')}.`,
    next: 'Say which field fills which column.',
  });
}
