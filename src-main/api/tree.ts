/** Folders, tables and columns. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { ComputeWhen } from '../../src-shared/contract/tree.ts';
import { rewriteColumnName } from '../../src-shared/expression/rewrite-column-name.ts';
import { type ErrorCause, errorCauses, fail } from '../../src-shared/model/error.ts';
import type { NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import type { ComputeResult, Job } from '../../src-shared/model/job.ts';
import { nearestName } from '../../src-shared/model/nearest-name.ts';
import type { Column, Table } from '../../src-shared/model/table.ts';
import type { ComputeRequest } from '../compute/compute.ts';
import type { Library } from '../library.ts';
import { keepInLedger } from './ledger.ts';

/** Handlers of `folders.…`. */
export function folderHandlers({ catalog: { tree } }: Library): HandlersOf<'folders'> {
  return {
    create: ({ path, ifNotExists = false }) => tree.createFolder(path, { ifNotExists }),
    drop: ({ path, force = false }) => tree.dropFolder(path, { force }),
    list: ({ path = null }) => tree.list(path),
    rename: ({ id, name }) => tree.renameFolder(id, name),
    move: ({ id, folderId }) => tree.moveFolder(id, folderId),
  };
}

/** Handlers of `tables.…`. */
export function tableHandlers({ catalog: { tree } }: Library): HandlersOf<'tables'> {
  return {
    create: ({ path, columns, ifNotExists = false }) => tree.createTable(path, columns, { ifNotExists }),
    drop: ({ table }) => tree.dropTable(table),
    get: ({ table }) => tree.getTable(table),
    rename: ({ table, name }) => tree.renameTable(table, name),
    move: ({ table, folderId }) => tree.moveTable(table, folderId),
  };
}

/** The computed columns of a table that are named, or all; an unknown or plain one is an error. */
function computedColumns(table: Table, names: readonly string[] | undefined): Column[] {
  const computed = table.columns.filter(({ kind }) => kind === 'computed');
  if (!names) return computed;
  return names.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column)
      throw fail('unknown_name', {
        message: `There is no column "${name}" in ${table.path}.`,
        next: `Its computed columns are ${computed.map((one) => one.name).join(', ') || 'none'}.`,
      });
    if (column.kind !== 'computed')
      throw fail('invalid_input', { message: `The column "${name}" is not computed.`, next: 'Name a computed column.' });
    return column;
  });
}

/** Said before the expression is looked at: one that reads the column of that name would be told that it depends on itself. */
function checkNotTaken({ columns }: Table, name: string): void {
  const taken = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  if (!taken) return;
  throw fail('already_exists', { message: `There is already a column "${taken.name}" here.`, next: 'Choose another name for the column.' });
}

/** Runs now, in the background, or not at all. A job in the background logs what it meets; its errors are in the cells. */
export async function computeWhen(library: Library, when: ComputeWhen, run: () => Promise<ComputeResult>): Promise<ComputeResult | null> {
  if (when === 'none') return null;
  if (when === 'wait') return run();
  run().catch((thrown: unknown) => library.log.bug('a column job in the background failed', thrown));
  return null;
}

function knownCause(text: string): ErrorCause {
  const cause = errorCauses.find((candidate) => candidate === text);
  if (cause) return cause;
  const nearest = nearestName(text, errorCauses);
  throw fail('invalid_input', { message: `"${text}" is no cause of an error.`, next: nearest ? `Did you mean ${nearest}?` : null });
}

interface Watching {
  readonly signal: AbortSignal;
  readonly report: (job: Job) => void;
}

function requestOf(table: Table, columnIds: number[], when: ComputeWhen, { signal, report }: Watching): ComputeRequest {
  return when === 'wait' ? { table, columnIds, signal, onProgress: report } : { table, columnIds };
}

/** Handlers of `columns.…`. */
export function columnHandlers(library: Library): HandlersOf<'columns'> {
  const { tree } = library.catalog;
  const { compute } = library;
  return {
    add: ({ table, name, type }) => tree.addColumn(table, { name, type }),
    addComputed: async ({ table, name, expression, compute: when, onError = 'ignore' }, watching) => {
      const before = await tree.getTable(table);
      checkNotTaken(before, name);
      const column = await tree.addComputedColumn(before.id, compute.plan(before, name, expression));
      const after = await tree.getTable(before.id);
      const stopAtError = onError === 'abort' && when === 'wait';
      try {
        const result = await computeWhen(library, when, () =>
          compute.run({ ...requestOf(after, [column.id], when, watching), stopAtError }),
        );
        return { column, result };
      } catch (thrown) {
        if (stopAtError) await tree.dropColumn(before.id, name);
        throw thrown;
      }
    },
    setExpression: async ({ table, name, expression, compute: when }, watching) => {
      const before = await tree.getTable(table);
      computedColumns(before, [name]);
      const column = await tree.setExpression(before.id, compute.plan(before, name, expression));
      const after = await tree.getTable(before.id);
      return { column, result: await computeWhen(library, when, () => compute.run(requestOf(after, [column.id], when, watching))) };
    },
    drop: async ({ table, name }) => {
      await tree.dropColumn(table, name);
      return {};
    },
    rename: async ({ table, name, newName }) => {
      const { id, columns } = await tree.getTable(table);
      const rewritten = columns.flatMap((column) => {
        if (column.expression === null) return [];
        const expression = rewriteColumnName(column.expression, name, newName);
        return expression === column.expression ? [] : [{ columnId: column.id, expression }];
      });
      return tree.renameColumn(id, name, newName, rewritten);
    },
    check: async ({ table, expression }) => compute.check(await tree.getTable(table), expression),
    evaluate: async ({ table, expressions, rowIds, maxLevel }, { signal, caller }) => {
      const found = await tree.getTable(table);
      // A page is told when a link would end, and never the link.
      if (caller.name !== 'command line') {
        const { cells, cost } = await compute.evaluate(found, expressions, rowIds, { maxLevel, signal });
        return { cells: cells.map((row) => row.map((cell) => (cell.link ? { ...cell, value: null } : cell))), cost };
      }
      const issued: NewIssuedLink[] = [];
      const onIssued = (link: NewIssuedLink) => issued.push({ ...link, by: caller.name });
      const answer = await compute.evaluate(found, expressions, rowIds, { maxLevel, signal, onIssued });
      await keepInLedger(library, issued);
      return answer;
    },
    recompute: async ({ table, columns, where, rowIds, errorsOnly = false, cause, compute: when }, watching) => {
      const found = await tree.getTable(table);
      const request = requestOf(
        found,
        computedColumns(found, columns).map(({ id }) => id),
        when,
        watching,
      );
      return computeWhen(library, when, () =>
        compute.recompute({
          ...request,
          errorsOnly,
          ...(rowIds ? { rowIds } : {}),
          ...(where === undefined ? {} : { where }),
          ...(cause === undefined ? {} : { cause: knownCause(cause) }),
        }),
      );
    },
  };
}
