/** Undo, redo, the trash, jobs and what the window remembers. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { CellValue } from '../../src-shared/model/cell.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { Library } from '../library.ts';

/** Changes that a history answers unless told otherwise. */
const listedChanges = 50;

/** Handlers of `history.…`. */
export function historyHandlers({ catalog: { history } }: Library): HandlersOf<'history'> {
  return {
    list: ({ limit = listedChanges }) => history.list(limit),
    undo: async ({ count = 1 }) => {
      const changes = await history.undo(count);
      if (changes.length === 0) throw fail('invalid_input', { message: 'There is nothing to undo.' });
      return changes;
    },
    redo: async ({ count = 1 }) => {
      const changes = await history.redo(count);
      if (changes.length === 0) throw fail('invalid_input', { message: 'There is nothing to redo.' });
      return changes;
    },
  };
}

/** Handlers of `trash.…`. */
export function trashHandlers({ catalog: { history } }: Library): HandlersOf<'trash'> {
  return {
    list: () => history.trashList(),
    restore: async ({ ids }) => ({ restored: await history.restore(ids) }),
    empty: ({ ids }) => history.emptyTrash(ids ?? null),
  };
}

/** Handlers of `jobs.…`. */
export function jobHandlers({ jobs }: Library): HandlersOf<'jobs'> {
  return {
    list: () => jobs.list(),
    cancel: ({ id }) => ({ cancelled: jobs.cancel(id) }),
  };
}

/** Handlers of `preferences.…`. */
export function preferenceHandlers({ catalog: { memory, readOnly } }: Library): HandlersOf<'preferences'> {
  const ofThisRun = new Map<string, CellValue>();
  const keyOf = (key: string) => `window/${key}`;
  return {
    get: async ({ key }) => ({ value: ofThisRun.get(key) ?? (await memory.get(keyOf(key))) }),
    set: async ({ key, value }) => {
      if (readOnly) ofThisRun.set(key, value);
      else await memory.set(keyOf(key), value);
      return {};
    },
  };
}
