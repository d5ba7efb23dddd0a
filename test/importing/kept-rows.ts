/** The least of a catalog that an import needs, in memory: what the room wrote can be read back as lines of text. */

import type { Catalog, NewReference } from '../../src-main/catalog/catalog.ts';
import type { ImportingOptions } from '../../src-main/importing/create-importing.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { Column, ColumnType, RowId, Table } from '../../src-shared/model/table.ts';
import { isMediaType } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

type Cell = CellValue | NewReference;

/** What an import asks of the house around it, where there is no bucket and no rule: AWS, Google and Azure are reached, nothing else is. */
export const noBuckets = {
  storeOf: () => ({ list: () => Promise.reject(new Error('Nothing is listed here.')) }),
  leadsTo: (_place, endpoint) => endpoint === null,
  isBucketUsed: async () => false,
  addStoreRule: async () => {},
} satisfies Partial<ImportingOptions>;

/** A table with these columns: `{ image: 'image', width: 'int' }`. */
export function tableOf(path: string, types: Record<string, ColumnType>, id = 1): Table {
  const columns = Object.entries(types).map(
    ([name, type], index): Column => ({
      id: id * 100 + index,
      name,
      type,
      kind: isMediaType(type) ? 'media' : 'plain',
      expression: null,
      isVolatile: false,
      level: null,
      revision: 1,
    }),
  );
  return { id, folderId: null, name: path.split('/').at(-1) ?? path, path, rowCount: 0, columns };
}

/** Tables in memory. `rowsOf` gives a row's cells in the order of the columns, references by what was typed. */
export class KeptRows {
  readonly #tables: Table[];
  readonly #rows = new Map<number, Map<number, Cell>[]>();
  readonly labels: string[] = [];

  constructor(tables: Table[]) {
    this.#tables = tables;
    for (const table of tables) this.#rows.set(table.id, []);
  }

  rowsOf(table: Table): CellValue[][] {
    return (this.#rows.get(table.id) ?? []).map((row) => table.columns.map((column) => typedOf(row.get(column.id) ?? null)));
  }

  canonicalsOf(table: Table): string[] {
    return (this.#rows.get(table.id) ?? []).flatMap((row) =>
      [...row.values()].flatMap((cell) => (isReference(cell) ? [cell.canonical] : [])),
    );
  }

  get catalog(): Pick<Catalog, 'rows' | 'tree'> {
    const rows = {
      insert: async (tableId, batches, options) => {
        const kept = this.#rows.get(tableId) ?? [];
        const added: Map<number, Cell>[] = [];
        for await (const batch of batches) {
          options.signal.throwIfAborted();
          for (const cells of batch.rows) {
            const row = new Map(batch.columnIds.map((id, index) => [id, cells[index] ?? null] as const));
            const first = cells.find(isReference)?.canonical;
            const isKnown = [...kept, ...added].some((other) =>
              [...other.values()].some((cell) => isReference(cell) && cell.canonical === first),
            );
            if (!(options.skipKnown && isKnown)) added.push(row);
          }
          options.onProgress?.(added.length);
        }
        this.labels.push(options.label.replace('{rows}', `${added.length} rows`));
        const from = kept.length + 1;
        kept.push(...added);
        return {
          rows: added.length,
          firstRowId: from as RowId,
          lastRowId: (from + added.length - 1) as RowId,
          changeId: this.labels.length,
        };
      },
      findReferences: async (tableId, canonicals) => {
        const wanted = new Set<CanonicalUrl>(canonicals);
        return this.#tables
          .filter((table) => tableId === null || table.id === tableId)
          .flatMap((table) =>
            (this.#rows.get(table.id) ?? []).flatMap((row, index) =>
              [...row.values()].flatMap((cell) =>
                isReference(cell) && wanted.has(cell.canonical)
                  ? [{ canonical: cell.canonical, tablePath: table.path, rowId: (index + 1) as RowId }]
                  : [],
              ),
            ),
          );
      },
    } as Pick<Catalog['rows'], 'insert' | 'findReferences'> as Catalog['rows'];
    const tree = {
      getTable: async (reference) => {
        const found = this.#tables.find((table) => table.id === reference || table.path === reference);
        if (!found) throw new Error(`no table ${reference}`);
        return found;
      },
      list: async () => ({ folders: [], tables: this.#tables }),
    } as Pick<Catalog['tree'], 'getTable' | 'list'> as Catalog['tree'];
    return { rows, tree };
  }
}

function isReference(cell: Cell): cell is NewReference {
  return cell !== null && typeof cell === 'object' && !Array.isArray(cell) && 'canonical' in cell && 'typed' in cell;
}

function typedOf(cell: Cell): CellValue {
  return isReference(cell) ? cell.typed : cell;
}
