/** Makes the compute room. */
import { createMatcher } from '../../src-shared/expression/linear-matcher.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Bytes } from '../cache/bytes.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Links } from '../links/links.ts';
import type { Log } from '../log/log.ts';
import type { Media } from '../media/media.ts';
import { type Background, startBackground } from './background.ts';
import { checkAgainst, describeCheck, planColumn } from './column-plan.ts';
import type { Compute, ComputeRequest } from './compute.ts';
import type { RowSurroundings } from './evaluate-row.ts';
import { evaluateShown } from './evaluate-shown.ts';
import { createReferenceFacts } from './reference-facts.ts';
import { renewVolatile } from './renew-volatile.ts';
import type { VisibleRows } from './row-queue.ts';
import { type RunQuery, type RunTotals, runCells } from './run-cells.ts';
import { createRunningCells } from './running-cells.ts';

/** The rooms and the clock that computing needs. `now` is milliseconds since 1970; `sleep` rejects when the signal aborts. */
export interface ComputeOptions {
  readonly catalog: Catalog;
  readonly media: Media;
  readonly bytes: Bytes;
  readonly links: Links;
  readonly stat: (reference: Reference, signal: AbortSignal) => Promise<RemoteFacts>;
  readonly jobs: Jobs;
  readonly log: Log;
  readonly clock: { now(): number; sleep(milliseconds: number, signal: AbortSignal): Promise<void> };
  /** 0 to 1; spreads retries. */
  readonly random?: () => number;
}

const nothingVisible: VisibleRows = { version: 0, rowIds: [] };

/** Makes the room; nothing runs before it is asked, or before `startBackground`. */
export function createCompute(options: ComputeOptions): Compute {
  const { catalog, log, jobs, clock, media, stat } = options;
  const running = createRunningCells();
  const surroundings: RowSurroundings = {
    facts: createReferenceFacts({ catalog, media, stat, now: clock.now }),
    bytes: options.bytes,
    links: options.links,
    matches: createMatcher(),
    clock,
    random: options.random ?? Math.random,
  };
  const endListening = catalog.onChange((change) => {
    if (change.kind === 'facts' && change.isOtherFile) surroundings.facts.forget(change.referenceIds);
  });
  const shown = new Map<number, VisibleRows>();
  const visible = (tableId: number) => shown.get(tableId) ?? nothingVisible;
  const rooms = { catalog, log, surroundings, running, visible, spoiled: new Set<string>() };
  const closing = new AbortController();
  const asked = new Set<Promise<unknown>>();
  /** Tables in which somebody waits for a run, and how many. */
  const waitedFor = new Map<number, number>();
  let background: Background | null = null;

  async function runAsJob(query: RunQuery, request: Pick<ComputeRequest, 'signal' | 'onProgress'>): Promise<RunTotals> {
    const { table } = query;
    const names = table.columns.filter(({ id }) => query.columnIds.includes(id)).map(({ name }) => name);
    return jobs.run(
      {
        kind: 'compute',
        title: `${names.join(', ')} of ${table.name}`,
        tableId: table.id,
        signal: request.signal ? AbortSignal.any([request.signal, closing.signal]) : closing.signal,
        ...(request.onProgress ? { onProgress: request.onProgress } : {}),
      },
      async (job) => {
        const { states, cause, where, rowIds } = query;
        const total = await catalog.cells.count({
          tableId: table.id,
          columnIds: [...query.columnIds],
          states: [...states],
          ...(cause ? { cause } : {}),
          ...(where === undefined ? {} : { where }),
          ...(rowIds ? { rowIds: [...rowIds] } : {}),
        });
        job.advance({ total });
        const totals = await runCells(rooms, query, { step: (step) => job.advance(step) }, job.signal);
        if (totals.bugs > 0) {
          throw fail('internal', {
            message: 'Vitrine made a mistake here; your data is fine.',
            next: `${totals.bugs === 1 ? '1 cell was' : `${totals.bugs} cells were`} left as they are. The log says more.`,
          });
        }
        return totals;
      },
    );
  }

  async function runWaitedFor<T>(tableId: number, work: () => Promise<T>): Promise<T> {
    waitedFor.set(tableId, (waitedFor.get(tableId) ?? 0) + 1);
    background?.yieldTable(tableId);
    const answer = work();
    asked.add(answer);
    try {
      return await answer;
    } finally {
      asked.delete(answer);
      const left = (waitedFor.get(tableId) ?? 1) - 1;
      if (left === 0) waitedFor.delete(tableId);
      else waitedFor.set(tableId, left);
      background?.wake();
    }
  }

  async function runRequest(request: ComputeRequest, query: Pick<RunQuery, 'states' | 'cause' | 'where' | 'again'>) {
    const began = clock.now();
    const totals = await runWaitedFor(request.table.id, () =>
      runAsJob(
        {
          ...query,
          table: request.table,
          columnIds: request.columnIds,
          priority: 'asked',
          ...(request.rowIds ? { rowIds: request.rowIds } : {}),
          ...(request.stopAtError ? { stopAtError: true } : {}),
        },
        request,
      ),
    );
    const { values, errors, requests, bytes } = totals;
    return { values, errors, requests, bytes, seconds: (clock.now() - began) / 1000 };
  }

  return {
    check: (table, expression, { forColumn } = {}) => describeCheck(table, checkAgainst(table, expression, forColumn)),
    plan: planColumn,
    run: (request) =>
      request.rowIds
        ? runRequest(request, { states: ['pending', 'running', 'ok', 'error', 'stale'], again: true })
        : runRequest(request, { states: ['pending', 'running', 'stale'], again: false }),
    recompute({ errorsOnly, cause, where, ...request }) {
      const some = { ...(cause ? { cause } : {}), ...(where === undefined ? {} : { where }) };
      if (errorsOnly || cause) return runRequest(request, { states: ['error'], again: true, ...some });
      if (request.rowIds) return runRequest(request, { states: ['pending', 'running', 'ok', 'error', 'stale'], again: true, ...some });
      return runRequest(request, { states: ['pending', 'running', 'stale'], again: false, ...some });
    },
    evaluate: (table, expressions, rowIds, how) => evaluateShown(rooms, table, expressions, rowIds, how),
    refreshVolatile: (table, rowIds, signal) =>
      renewVolatile(rooms, table, rowIds, options.links.serverNow(), AbortSignal.any([signal, closing.signal])),
    startBackground() {
      if (background || catalog.readOnly !== null) return;
      background = startBackground({
        catalog,
        log,
        clock,
        mayRun: (tableId) => !waitedFor.has(tableId),
        isVisible: (tableId) => visible(tableId).rowIds.length > 0,
        async run(table, columnIds, signal) {
          const query: RunQuery = { table, columnIds, states: ['pending', 'running', 'stale'], again: false, priority: 'background' };
          const { values, errors } = await runAsJob(query, { signal });
          return values + errors;
        },
      });
    },
    show(tableId, rowIds) {
      shown.set(tableId, { version: visible(tableId).version + 1, rowIds });
    },
    isRunning: running.has,
    onRunningChanged: running.onChanged,
    async close() {
      endListening();
      closing.abort();
      await background?.close();
      await Promise.allSettled(asked);
      running.close();
    },
  };
}
