/** Expressions over stored values, as SQL: the direct form where there is one, else a call of the evaluator per row. */
import { checkExpression } from '../../src-shared/expression/check-expression.ts';
import { evaluateExpression } from '../../src-shared/expression/evaluate-expression.ts';
import type { CheckedExpression, SqlForm, SqlScope, TextMatcher } from '../../src-shared/expression/expression.ts';
import { expressionToSql } from '../../src-shared/expression/expression-to-sql.ts';
import { createMatcher } from '../../src-shared/expression/linear-matcher.ts';
import { type CellState, type CellValue, cellStates } from '../../src-shared/model/cell.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import { type Column, isMediaType, type Table } from '../../src-shared/model/table.ts';
import type { Database, SqlValue } from './database.ts';
import { decodeValue, encodeValue, sqlColumn } from './stored-cells.ts';

/** A form with the columns it reads, and whether it reads facts of files, so that others know when it has to be read again. */
export interface RowExpression extends SqlForm {
  readonly type: CheckedExpression['type'];
  readonly reads: { columnIds: number[]; facts: boolean };
}

/** Where facts lie in a reference's JSON. `isBool`: JSON's true is 1 in SQL. */
const factPaths: Record<string, { source: 'facts' | 'remote'; path: string; type: 'string' | 'bool' | 'json' }> = {
  ...Object.fromEntries(
    [
      'width',
      'height',
      'orientation',
      'mode',
      'format',
      'mime',
      'duration',
      'fps',
      'codec',
      'rotation',
      'channels',
      'bitrate',
      'title',
      'artist',
      'album',
    ].map((name) => [name, { source: 'facts' as const, path: `$.${name}`, type: 'string' as const }]),
  ),
  pixel_width: { source: 'facts', path: '$.pixelWidth', type: 'string' },
  pixel_height: { source: 'facts', path: '$.pixelHeight', type: 'string' },
  sample_rate: { source: 'facts', path: '$.sampleRate', type: 'string' },
  has_audio: { source: 'facts', path: '$.hasAudio', type: 'bool' },
  metadata: { source: 'facts', path: '$.metadata', type: 'json' },
  exif: { source: 'facts', path: '$.metadata.exif', type: 'json' },
  size: { source: 'remote', path: '$.size', type: 'string' },
  etag: { source: 'remote', path: '$.etag', type: 'string' },
  modified: { source: 'remote', path: '$.modified', type: 'string' },
};

/** What the evaluator's SQL function needs of an expression, kept by number in each connection. */
interface Evaluated {
  readonly checked: CheckedExpression;
  readonly now: string;
  readonly matches: TextMatcher;
  readonly reads: { column: string; field: string | null; decode: (value: SqlValue) => CellValue }[];
}
interface Evaluator {
  readonly known: Map<number, Evaluated>;
  readonly matches: TextMatcher;
  lastKey: number;
}
const mostEvaluated = 256;
const evaluators = new WeakMap<Database, Evaluator>();

/** A filter: true for the rows it lets through. The row's alias is `t`. Fails with `expression`. */
export function rowCondition(database: Database, table: Table, source: string): RowExpression {
  const form = rowExpression(database, table, source);
  if (form.type === 'bool' || form.type === 'json' || form.type === 'null') return { ...form, sql: `(${form.sql}) IS TRUE` };
  throw fail('expression', {
    message: `A filter must be true or false, and "${source}" is ${form.type}.`,
    next: 'Compare it with something.',
  });
}

/** An expression's value in SQL. The row's alias is `t`. Fails with `expression`. */
export function rowExpression(database: Database, table: Table, source: string): RowExpression {
  const outcome = checkExpression(source, { columns: table.columns });
  if (!outcome.ok) throw new Failure(outcome.error);
  const checked = outcome.value;
  const named = checked.reads.flatMap((read) => table.columns.filter((column) => column.name === read.column));
  const reads = { columnIds: [...new Set(named.map((column) => column.id))], facts: checked.reads.some((read) => read.field !== null) };
  const scope = scopeOf(table);
  const direct = expressionToSql(checked, scope);
  if (direct) return { ...direct, type: checked.type, reads };
  return { ...asFunction(database, table, checked, scope), type: checked.type, reads };
}

function scopeOf(table: Table): SqlScope {
  const find = (name: string): Column => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`A checked expression names "${name}", which is no column.`);
    return column;
  };
  const referenceOf = (column: Column, what: string): string =>
    `(SELECT ${what} FROM reference AS r WHERE r.id = t.${sqlColumn(column.id)})`;
  return {
    column(name) {
      const column = find(name);
      return column.kind === 'media' ? referenceOf(column, 'r.canonical') : `t.${sqlColumn(column.id)}`;
    },
    field(name, field) {
      const column = find(name);
      if (column.kind !== 'media') return null;
      if (field === 'fileurl') return referenceOf(column, 'r.canonical');
      const exif = /^exif\.([A-Za-z0-9_]+)$/.exec(field);
      if (exif) return referenceOf(column, `r.facts -> '$.metadata.exif.${exif[1]}'`);
      const fact = Object.hasOwn(factPaths, field) ? factPaths[field] : undefined;
      return fact ? referenceOf(column, `r.${fact.source} ${fact.type === 'json' ? '->' : '->>'} '${fact.path}'`) : null;
    },
    state(name) {
      const column = find(name);
      if (column.kind !== 'computed') return "'ok'";
      return `CASE t.${sqlColumn(column.id)}_state WHEN 0 THEN 'pending' WHEN 1 THEN 'ok' WHEN 2 THEN 'error' ELSE 'stale' END`;
    },
    cause(name) {
      return `(SELECT cause FROM cell_error WHERE column_id = ${find(name).id} AND row_id = t.id)`;
    },
  };
}

/** A call of `vitrine_evaluate` with everything the expression reads: value, state and cause of each column or field. */
function asFunction(database: Database, table: Table, checked: CheckedExpression, scope: SqlScope): SqlForm {
  const evaluator = evaluatorOf(database);
  evaluator.lastKey += 1;
  const reads = checked.reads.map((read) => ({
    column: read.column,
    field: read.field,
    decode: decoderOf(table, read.column, read.field),
  }));
  evaluator.known.set(evaluator.lastKey, { checked, reads, now: new Date().toISOString(), matches: evaluator.matches });
  const oldest = evaluator.known.size > mostEvaluated ? evaluator.known.keys().next().value : undefined;
  if (oldest !== undefined) evaluator.known.delete(oldest);
  const inputs = checked.reads.flatMap((read) => [
    read.field === null ? scope.column(read.column) : (scope.field(read.column, read.field) ?? 'NULL'),
    scope.state(read.column),
    scope.cause(read.column),
  ]);
  return { sql: `vitrine_evaluate(${['?', ...inputs].join(', ')})`, parameters: [evaluator.lastKey] };
}

function decoderOf(table: Table, columnName: string, field: string | null): (value: SqlValue) => CellValue {
  const column = table.columns.find((candidate) => candidate.name === columnName);
  if (field?.startsWith('exif.')) return (value) => decodeValue('json', value);
  const type = field === null ? (column && !isMediaType(column.type) ? column.type : 'string') : (factPaths[field]?.type ?? 'string');
  return (value) => decodeValue(type, value);
}

function evaluatorOf(database: Database): Evaluator {
  const known = evaluators.get(database);
  if (known) return known;
  const evaluator: Evaluator = { known: new Map(), matches: createMatcher(), lastKey: 0 };
  evaluators.set(database, evaluator);
  database.sqlite.function('vitrine_evaluate', { varargs: true, deterministic: true }, (key: unknown, ...inputs: unknown[]) =>
    evaluated(evaluator.known.get(Number(key)), inputs as SqlValue[]),
  );
  return evaluator;
}

/** A value that cannot be had without asking, and one whose evaluation fails, reads as NULL. */
function evaluated(expression: Evaluated | undefined, inputs: SqlValue[]): SqlValue {
  if (!expression) return null;
  const find = (column: string, field: string | null): number =>
    expression.reads.findIndex((read) => read.column === column && read.field === field);
  const valueAt = (index: number): CellValue => expression.reads[index]?.decode(inputs[index * 3] ?? null) ?? null;
  const anyOf = (column: string): number => expression.reads.findIndex((read) => read.column === column);
  try {
    const value = evaluateExpression(expression.checked, {
      column: (name) => valueAt(find(name, null)),
      field: (name, field) => valueAt(find(name, field)),
      state: (name): CellState => cellStates.find((state) => state === inputs[anyOf(name) * 3 + 1]) ?? 'ok',
      cause: (name) => {
        const cause = inputs[anyOf(name) * 3 + 2];
        return typeof cause === 'string' ? cause : null;
      },
      now: expression.now,
      matches: expression.matches,
    });
    return value instanceof Promise ? null : encodeValue(typeof value === 'object' ? 'json' : 'string', value);
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
}
