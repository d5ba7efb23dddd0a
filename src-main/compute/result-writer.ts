/** Stores results in batches: one transaction for many cells, soon enough that a kill loses little. */
import type { Catalog, CellResult } from '../catalog/catalog.ts';
import type { ReferenceFacts } from './reference-facts.ts';

/** A batch is written when it has so many results, or so many milliseconds after its first. */
const batchSize = 200;
const batchMs = 50;

export interface ResultWriter {
  /** Takes a result. Throws what writing an earlier batch threw. */
  add(result: CellResult): void;
  /** Resolves when the batches under way are few enough to take more. Throws what writing threw. */
  whenReady(): Promise<void>;
  /** Writes all that was taken. Throws what writing threw. */
  end(): Promise<void>;
}

/** Makes a writer of one table's cells. */
export function createResultWriter(catalog: Catalog, facts: ReferenceFacts, tableId: number): ResultWriter {
  let batch: CellResult[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let broken: { thrown: unknown } | null = null;

  function flush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const results = batch;
    batch = [];
    if (results.length === 0) return;
    writing = writing.then(async () => {
      if (broken) return;
      try {
        const fresh = facts.takeFresh();
        if (fresh.length > 0) await catalog.references.putFacts(fresh);
        await catalog.cells.write(tableId, results);
      } catch (thrown) {
        broken = { thrown };
      }
    });
  }

  function throwBroken(): void {
    if (broken) throw broken.thrown;
  }

  return {
    add(result) {
      throwBroken();
      batch.push(result);
      if (batch.length >= batchSize) flush();
      else timer ??= setTimeout(flush, batchMs);
    },
    async whenReady() {
      if (batch.length === 0) await writing;
      throwBroken();
    },
    async end() {
      flush();
      await writing;
      throwBroken();
      const fresh = facts.takeFresh();
      if (fresh.length > 0) await catalog.references.putFacts(fresh);
    },
  };
}
