/** Whether files are still what is known of them. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';
import { computeWhen } from './tree.ts';

/** Handlers of `health.…`. */
export function healthHandlers(library: Library): HandlersOf<'health'> {
  const { catalog, compute, health, jobs } = library;

  /** Computes what became stale, table by table. */
  async function computeStale(tables: readonly string[], signal?: AbortSignal) {
    const sum = { values: 0, errors: 0, requests: 0, bytes: 0, seconds: 0 };
    for (const path of tables) {
      const table = await catalog.tree.getTable(path);
      const columnIds = table.columns.filter(({ kind }) => kind === 'computed').map(({ id }) => id);
      if (columnIds.length === 0) continue;
      const result = await compute.run({ table, columnIds, ...(signal ? { signal } : {}) });
      sum.values += result.values;
      sum.errors += result.errors;
      sum.requests += result.requests;
      sum.bytes += result.bytes;
      sum.seconds += result.seconds;
    }
    return sum;
  }

  return {
    check: async ({ table: asked, rows = { where: 'true' } }, { signal, report }) => {
      const table = await catalog.tree.getTable(asked);
      return jobs.run({ kind: 'check', title: `Check ${table.path}`, tableId: table.id, signal }, (job) => {
        let total = 0;
        const tell = () => {
          const { done, failed } = job.current();
          report({ done, failed, total });
        };
        return health.check(table, rows, {
          signal: job.signal,
          onTotal(references) {
            total = references;
            job.advance({ total });
            tell();
          },
          onChecked(finding, requests) {
            job.advance({ ...(finding?.found === 'failed' ? { failed: 1 } : { done: 1 }), cost: { requests, bytes: 0 } });
            tell();
          },
        });
      });
    },
    stateOf: ({ referenceId }) => health.stateOf(referenceId),
    decide: async ({ referenceIds, choice, compute: when = 'background' }, { signal }) => {
      const { references, staleTables, failed } = await health.decide(referenceIds, choice, signal);
      if (staleTables.length > 0) await computeWhen(library, when, () => computeStale(staleTables, when === 'wait' ? signal : undefined));
      return { references, failed };
    },
  };
}
