/** Importing, and what happens to rows afterwards. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { UpstreamState } from '../../src-shared/contract/health.ts';
import type { Cell } from '../../src-shared/model/cell.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Column, Table } from '../../src-shared/model/table.ts';
import { providerOf } from '../../src-shared/reference/describe-reference.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { KnownFacts } from '../catalog/catalog.ts';
import type { Library } from '../library.ts';
import { computeWhen } from './tree.ts';
import { shownRow } from './views.ts';

/** Handlers of `importing.…`. */
export function importingHandlers({ importing }: Library): HandlersOf<'importing'> {
  return {
    preview: (input, { signal }) => importing.preview(input, signal),
    previewLines: (input) => importing.previewLines(input),
    editLine: (input) => importing.editLine(input),
    takeAlternative: (input) => importing.takeAlternative(input),
    setUpStore: (input) => importing.setUpStore(input),
    closePreview: ({ previewId }) => {
      importing.closePreview(previewId);
      return {};
    },
  };
}

/** Handlers of `rows.…`. */
export function rowHandlers(library: Library): HandlersOf<'rows'> {
  const { catalog, importing, compute, jobs } = library;
  return {
    insert: async (input, { signal, report }) => {
      const began = performance.now();
      const table = await catalog.tree.getTable(input.table);
      const inserted = await jobs.run(
        { kind: 'import', title: `Import into ${table.path}`, tableId: table.id, signal, onProgress: report },
        (job) => importing.insert(input, { table, signal: job.signal, onProgress: (rows) => job.advance({ done: rows }) }),
      );
      const columnIds = table.columns.filter(({ kind }) => kind === 'computed').map(({ id }) => id);
      let values = 0;
      let errors = 0;
      if (columnIds.length > 0 && inserted.rows > 0 && !input.dryRun) {
        const rowIds = inserted.rowIds;
        const request = input.compute === 'wait' ? { table, columnIds, rowIds, signal, onProgress: report } : { table, columnIds, rowIds };
        const result = await computeWhen(library, input.compute, () => compute.run(request));
        values = result?.values ?? 0;
        errors = result?.errors ?? 0;
      }
      const { rows, rejected, leftOut } = inserted;
      return { rows, values, errors, rejected, ...(leftOut ? { leftOut } : {}), seconds: (performance.now() - began) / 1000 };
    },
    refresh: async (input, { signal, report }) => {
      const table = await catalog.tree.getTable(input.table);
      const count = await jobs.run(
        { kind: 'import', title: `Refresh ${table.path}`, tableId: table.id, signal, onProgress: report },
        (job) => library.refresh(input, { table, signal: job.signal, onProgress: (listed) => job.advance({ done: listed }) }),
      );
      const columnIds = table.columns.filter(({ kind }) => kind === 'computed').map(({ id }) => id);
      if (input.dryRun || columnIds.length === 0 || count.fresh + count.changed === 0) return { ...count, values: 0, errors: 0 };
      const watching = input.compute === 'wait' ? { signal, onProgress: report } : {};
      const result = await computeWhen(library, input.compute, () => compute.run({ table, columnIds, ...watching }));
      return { ...count, values: result?.values ?? 0, errors: result?.errors ?? 0 };
    },
    update: async ({ table, rows, set, compute: when = 'background', cwd }) => {
      const found = await catalog.tree.getTable(table);
      const cells = await importing.convertCells(found, set, cwd);
      const { rows: count, rowIds } = await catalog.rows.update(found.id, rows, cells);
      const columnIds = found.columns.filter(({ kind }) => kind === 'computed').map(({ id }) => id);
      if (columnIds.length > 0 && count > 0) {
        await computeWhen(library, when, () =>
          compute.run({ table: found, columnIds, ...(rowIds && rowIds.length <= 1000 ? { rowIds } : {}) }),
        );
      }
      return { rows: count };
    },
    delete: async ({ table, rows }) => {
      const { id } = await catalog.tree.getTable(table);
      return catalog.rows.delete(id, rows);
    },
    inspect: async ({ table, rowId }) => {
      const found = await catalog.tree.getTable(table);
      const [row] = await catalog.rows.get(found.id, [rowId]);
      if (!row)
        throw fail('unknown_name', {
          message: `There is no row ${rowId} in ${found.path}.`,
          next: 'It may have been removed; look in the trash.',
        });
      const { cells } = shownRow(library, found, row);
      return { rowId, cells, media: await inspectMedia(library, found, cells) };
    },
  };
}

type InspectedMedia = Awaited<ReturnType<HandlersOf<'rows'>['inspect']>>['media'];

async function inspectMedia({ catalog, bytes }: Library, table: Table, cells: readonly Cell[]): Promise<InspectedMedia> {
  const found = cells.flatMap((cell, index) => {
    const column: Column | undefined = table.columns[index];
    return cell.media && column ? [{ column: column.name, media: cell.media }] : [];
  });
  const facts = new Map<number, KnownFacts>();
  for (const known of await catalog.references.factsOf(found.map(({ media }) => media.referenceId))) facts.set(known.referenceId, known);
  const upstream = new Map<string, UpstreamState>();
  for (const { canonical, checkedAt, state, remote } of await catalog.upstream.get(
    found.map(({ media }) => media.canonical as CanonicalUrl),
  )) {
    upstream.set(canonical, { checkedAt, state, remote });
  }
  return found.map(({ column, media }) => {
    const reference = storedReference(media);
    const known = facts.get(media.referenceId);
    const copy = bytes.copyOf(reference);
    return {
      column,
      referenceId: media.referenceId,
      typed: media.typed,
      canonical: media.canonical,
      provider: providerOf(reference),
      remote: known?.remote ?? null,
      facts: known?.facts ?? null,
      askedAt: known?.askedAt ?? null,
      held: copy ? { bytes: copy.bytes, since: copy.since, lastUsed: copy.lastUsed, isKept: bytes.isKept(reference.canonical) } : null,
      upstream: upstream.get(reference.canonical) ?? null,
    };
  });
}
