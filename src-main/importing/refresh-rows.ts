/**
 * Refreshing: a table beside what lies below a prefix now. The listing goes page by page through the insert of the new rows, which is
 * hidden until its end, so that a listing that breaks off leaves nothing; of the rest only numbers are held.
 */
import type { LeftOut } from '../../src-shared/contract/listing.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import { isMediaType } from '../../src-shared/model/table.ts';
import { type Prefix, prefixText } from '../../src-shared/reference/parse-prefix.ts';
import { referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';
import type { Catalog, InsertBatch, ListedChange, ListedReference } from '../catalog/catalog.ts';
import type { ListedObject, Store } from '../stores/store.ts';
import { listedRecord } from './import-record.ts';
import type { Refresh, RefreshInput } from './importing.ts';
import { keyMatcher } from './key-glob.ts';
import { canonicalStart, nameBelow, readPrefix } from './prefix-place.ts';
import { addToRuns, namedColumn, planRows } from './row-plan.ts';
import type { Computer } from './source-records.ts';
import { startingWith } from './source-records.ts';
import { walkPrefix } from './walk-prefix.ts';

/** What refreshing needs of the house. */
export interface RefreshOptions {
  readonly catalog: Pick<Catalog, 'rows' | 'references' | 'history'>;
  readonly storeOf: (prefix: Prefix) => Pick<Store, 'list'>;
  /** Copies of files that are others now go before anything is computed from them. */
  readonly dropCopies: (changed: readonly ListedObject[]) => Promise<void>;
  readonly computer: Computer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Known addresses that are looked through at a time for rows whose object is gone. */
const referencesAPage = 5000;

/** Makes the deed. */
export function createRefresh({ catalog, storeOf, dropCopies, computer, now }: RefreshOptions): Refresh {
  const { references, rows, history } = catalog;

  return async (input, { table, signal, onProgress }) => {
    const prefix = readPrefix(input.prefix, { ...computer, cwd: input.cwd ?? null });
    const columnIds = comparedColumns(table, input.column);
    const plan = planRows(table, { column: input.column });
    const leftOut: LeftOut = { placeholders: 0, empty: 0, notMatched: 0 };
    const count = { fresh: 0, gone: 0, changed: 0, same: 0, unknown: 0 };
    const learnt: ListedChange[] = [];
    const changed: ListedObject[] = [];
    const seen = new Set<number>();
    const gone = new Set<RowId>();
    let listed = 0;

    function compare(known: ListedReference, object: ListedObject, at: string): void {
      seen.add(known.referenceId);
      const what = comparison(known, object);
      count[what] += known.rows;
      if (what === 'changed') changed.push(object);
      if (what === 'same' || input.dryRun) return;
      const { size, etag, modified, storageClass } = object;
      const remote = { size, type: null, etag, modified, storageClass };
      learnt.push({ referenceId: known.referenceId, remote, at, isChanged: what === 'changed' });
    }

    async function* freshRows(): AsyncGenerator<InsertBatch> {
      for await (const objects of walkPrefix({ prefix, glob: input.glob, store: storeOf(prefix), signal }, leftOut)) {
        const at = new Date(now()).toISOString();
        const asked = objects.map(({ reference }) => reference.canonical);
        const known = new Map((await references.inTable(table.id, columnIds, asked)).map((one) => [one.canonical, one] as const));
        const runs: InsertBatch[] = [];
        for (const object of objects) {
          listed += 1;
          const here = known.get(object.reference.canonical);
          if (here) {
            compare(here, object, at);
            continue;
          }
          count.fresh += 1;
          const record = listedRecord(listed, object, at);
          const row = plan.rowOf(record, [{ column: null, typed: record.text, reference: object.reference }]);
          if (!row.ok) throw new Failure(row.error);
          addToRuns(runs, row.value);
        }
        onProgress?.(listed);
        yield* runs;
      }
      // Before the new rows are shown: their addresses are below the prefix too.
      await findGone();
    }

    async function findGone(): Promise<void> {
      const start = canonicalStart(prefix);
      const matches = input.glob === undefined ? null : keyMatcher(input.glob);
      const present = new Set<RowId>();
      for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
        if (signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
        const page: Awaited<ReturnType<typeof references.below>> = await references.below(table.id, columnIds, {
          start,
          after,
          limit: referencesAPage,
        });
        for (const { rowId, referenceId, canonical } of page.cells) {
          if (seen.has(referenceId)) present.add(rowId);
          else if (matches?.(nameOfKnown(prefix, canonical)) ?? true) gone.add(rowId);
        }
        after = page.after;
      }
      // A row of several media columns goes only when nothing of it is left.
      for (const rowId of present) gone.delete(rowId);
      count.gone = gone.size;
    }

    const batches = freshRows();
    if (input.dryRun) for await (const _batch of batches);
    else {
      await history.asOne(`Refreshed ${table.path} from ${prefixText(prefix)}`, async () => {
        const first = await batches.next();
        if (!first.done) {
          await rows.insert(table.id, startingWith(first.value, batches), { label: 'Inserted {rows}', skipKnown: false, signal });
        }
        if (gone.size > 0 && !input.keepGone) await rows.delete(table.id, { rowIds: [...gone] });
      });
      await dropCopies(changed);
      if (learnt.length > 0) await references.putListed(learnt);
    }
    return { ...count, leftOut };
  };
}

function comparedColumns(table: Table, name: RefreshInput['column']): number[] {
  if (name === undefined) return table.columns.filter(({ type, kind }) => isMediaType(type) && kind !== 'computed').map(({ id }) => id);
  return [namedColumn(table, name).id];
}

/** By ETag, else by size and time; the time to a second, which is what a HEAD tells. */
function comparison({ remote, error }: ListedReference, object: ListedObject): 'same' | 'changed' | 'unknown' {
  if (remote === null) return error?.cause === 'not_found' ? 'changed' : 'unknown';
  if (remote.etag !== null && object.etag !== null) return remote.etag === object.etag ? 'same' : 'changed';
  if (remote.size !== null && object.size !== null && remote.size !== object.size) return 'changed';
  if (remote.size === null || object.size === null || remote.modified === null || object.modified === null) return 'unknown';
  const second = (time: string) => Math.floor(Date.parse(time) / 1000);
  return second(remote.modified) === second(object.modified) ? 'same' : 'changed';
}

function nameOfKnown(prefix: Prefix, canonical: ListedReference['canonical']): string {
  const reference = referenceFromCanonical(canonical);
  return 'host' in reference ? '' : nameBelow(prefix, reference);
}
