/** Tells what happened in the rooms to every connected host, in the contract's events. */
import type { AnyEvent } from '../../src-shared/contract/events.ts';
import type { RowId } from '../../src-shared/model/table.ts';
import type { Library } from '../library.ts';

/** Cells of a table are told at most this often; what comes between is gathered. */
const cellsEveryMs = 100;
/** What is learnt of files is told at most this often: it comes with every tile that is looked at. */
const factsEveryMs = 500;
/** That links were issued is told at most this often: columns issue thousands. */
const ledgerEveryMs = 500;
/** How the cache stands is told at most this often: clearing it removes thousands of files. */
const cacheEveryMs = 100;
/** Above this many rows or references they are not named any more. */
const namedMost = 2_000;

export interface EventHub {
  /** Hears all events until the answer is called. */
  subscribe(listener: (event: AnyEvent) => void): () => void;
  close(): void;
}

/** Gathers ids by what they belong to, and lets them go every so often; null stands for too many to name. */
function gather<Id>(everyMs: number, send: (group: number, ids: Id[] | null) => void) {
  const waiting = new Map<number, Set<Id> | null>();
  let timer: NodeJS.Timeout | null = null;
  function flush(): void {
    timer = null;
    const told = [...waiting];
    waiting.clear();
    for (const [group, ids] of told) send(group, ids === null ? null : [...ids]);
  }
  return {
    add(group: number, ids: readonly Id[] | null): void {
      const known = waiting.get(group);
      if (ids === null || known === null) waiting.set(group, null);
      else {
        const all = known ?? new Set<Id>();
        for (const id of ids) all.add(id);
        waiting.set(group, all.size > namedMost ? null : all);
      }
      timer ??= setTimeout(flush, everyMs);
    },
    close(): void {
      if (timer) clearTimeout(timer);
    },
  };
}

/** Listens to the rooms of an open library. */
export function createEventHub(library: Library): EventHub {
  const listeners = new Set<(event: AnyEvent) => void>();
  const tell = (event: AnyEvent) => {
    for (const listener of listeners) listener(event);
  };
  const cells = gather<RowId>(cellsEveryMs, (tableId, rowIds) => tell({ name: 'cellsChanged', payload: { tableId, rowIds } }));
  const facts = gather<number>(factsEveryMs, (_all, referenceIds) => tell({ name: 'factsChanged', payload: { referenceIds } }));
  const cache = gather<never>(cacheEveryMs, () => tell({ name: 'cacheChanged', payload: library.bytes.status() }));
  const ledger = gather<never>(ledgerEveryMs, () => tell({ name: 'ledgerChanged', payload: {} }));
  const ends = [
    library.catalog.onChange((change) => {
      if (change.kind === 'tree' || change.kind === 'rows') tell({ name: 'treeChanged', payload: {} });
      if (change.kind === 'cells') cells.add(change.tableId, change.rowIds);
      if (change.kind === 'facts') facts.add(0, change.referenceIds);
      if (change.kind === 'ledger') ledger.add(0, null);
      if (change.kind === 'view') tell({ name: 'viewChanged', payload: change.view });
      if (change.kind === 'history') tell({ name: 'historyChanged', payload: { undo: change.undo, redo: change.redo } });
    }),
    library.jobs.onChanged((job) => tell({ name: 'jobChanged', payload: job })),
    library.compute.onRunningChanged(({ tableId, rowIds }) => cells.add(tableId, rowIds)),
    library.settings.onChanged(({ looking }) => {
      tell({ name: 'lookingChanged', payload: looking });
      tell({ name: 'settingsChanged', payload: {} });
    }),
    library.access.onLoginsChanged(() => tell({ name: 'accountsChanged', payload: {} })),
    library.mfa.onChanged((questions) => tell({ name: 'mfaAsked', payload: { questions: [...questions] } })),
    library.bytes.onTransfers((transfers) => tell({ name: 'transfersChanged', payload: { transfers: transfers.slice(0, 200) } })),
    library.bytes.onChanged(() => cache.add(0, null)),
  ];
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      cells.close();
      facts.close();
      cache.close();
      ledger.close();
      for (const end of ends) end();
      listeners.clear();
    },
  };
}
