/** Keeping the files of rows offline: asked for as a whole, refused as a whole, then fetched a few at a time. */

import type { cache } from '../../src-shared/contract/cache.ts';
import type { OutputOf } from '../../src-shared/contract/contract.ts';
import type { RowSelection, TableReference } from '../../src-shared/contract/table-reference.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Library } from '../library.ts';
import { inParallel } from './in-parallel.ts';

/** What is asked, and who hears how far it is. */
export interface KeepAsking {
  readonly table: TableReference;
  readonly rows: RowSelection;
  readonly isOn: boolean;
  readonly signal: AbortSignal;
  readonly report: (progress: { done: number; total: number }) => void;
}

type Kept = OutputOf<typeof cache.keep>;
interface Sized {
  readonly reference: Reference;
  readonly size: number | null;
}

const pageSize = 1000;

/**
 * Keeps or no longer keeps. Files of this computer are offline already and are left out.
 * @throws Failure `cache_full` before the first byte where they do not fit, `unknown_name` and `expression` of the rows
 */
export async function keepOffline(library: Library, { table: asked, rows, isOn, signal, report }: KeepAsking): Promise<Kept> {
  const { bytes, catalog, jobs, settings } = library;
  const table = await catalog.tree.getTable(asked);
  if (!isOn) {
    const references = await referencesOf(library, table.id, rows);
    await bytes.setKept(references, false);
    return { references: references.length, fetched: 0, bytes: 0, failed: [] };
  }
  const { concurrency } = settings.current().network;
  return jobs.run({ kind: 'fetch', title: `Keep ${table.path} offline`, tableId: table.id, signal }, async (job) => {
    const found = await referencesOf(library, table.id, rows);
    job.advance({ total: found.length });
    const references = await inParallel(found, concurrency, async (one) =>
      one.size === null ? { ...one, size: await askSize(library, one.reference, job.signal) } : one,
    );
    await bytes.setKept(references, true);
    const answer: Kept = { references: references.length, fetched: 0, bytes: 0, failed: [] };
    let done = 0;
    await inParallel(references, concurrency, async ({ reference }) => {
      const wasHere = bytes.heldOf(reference) !== 'none';
      const fetched = await outcomeOf(() => bytes.fetch(reference, { signal: job.signal, priority: 'asked', isExplicit: true }));
      done += 1;
      if (fetched.ok) {
        fetched.value.release();
        answer.fetched += wasHere ? 0 : 1;
        answer.bytes += wasHere ? 0 : fetched.value.bytes;
        job.advance({ done: 1, cost: fetched.value.cost });
      } else {
        answer.failed.push({ canonical: reference.canonical, error: fetched.error });
        job.advance({ failed: 1 });
      }
      report({ done, total: references.length });
    });
    return answer;
  });
}

/** What these rows show that lies elsewhere, with its size where a copy or what was learnt says it. */
async function referencesOf({ bytes, catalog }: Library, tableId: number, rows: RowSelection): Promise<Sized[]> {
  const references: Sized[] = [];
  for (let after = 0; ; ) {
    const page = await catalog.references.ofRows(tableId, rows, { after, limit: pageSize });
    const facts = new Map((await catalog.references.factsOf(page.map(({ id }) => id))).map((known) => [known.referenceId, known] as const));
    for (const one of page) {
      const reference = storedReference(one);
      if (reference.scheme === 'file') continue;
      references.push({ reference, size: bytes.copyOf(reference)?.size ?? facts.get(one.id)?.remote?.size ?? null });
    }
    const last = page.at(-1);
    if (!last || page.length < pageSize) return references;
    after = last.id;
  }
}

/** Null where the host does not say it or cannot be asked: the fetch meets the same error, and says it. */
async function askSize({ stores }: Library, reference: Reference, signal: AbortSignal): Promise<number | null> {
  const outcome = await outcomeOf(() => stores.storeOf(reference).stat(reference, signal));
  return outcome.ok ? outcome.value.size : null;
}
