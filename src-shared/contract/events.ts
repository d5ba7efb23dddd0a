/** What happened, told to everyone who listens. Events announce, they never steer. */
import * as z from 'zod/mini';
import { Job } from '../model/job.ts';
import { RowId } from '../model/table.ts';
import { Transfer } from '../model/transfer.ts';
import { MfaQuestion } from './accounts.ts';
import { CacheStatus } from './cache.ts';
import { Looking } from './library.ts';
import { View } from './views.ts';

/** Every event there is, by name. */
export const events = {
  /** Folders, tables or columns changed; ask again. */
  treeChanged: z.object({}),
  /** The rows of a view or their order changed. */
  viewChanged: View,
  /** Cells got another value or state. `rowIds` null: too many to name. At most ten a second for a table. */
  cellsChanged: z.object({ tableId: z.int(), rowIds: z.nullable(z.array(RowId)) }),
  /** Something was learnt of files, at most twice a second. `referenceIds` null: too many to name. */
  factsChanged: z.object({ referenceIds: z.nullable(z.array(z.int())) }),
  /** Links were issued, or taken off the list of those that were; told at most twice a second. */
  ledgerChanged: z.object({}),
  /** A job began, moved on (at most ten times a second) or ended. */
  jobChanged: Job,
  cacheChanged: CacheStatus,
  /** Bytes on their way, all of them up to 200; at most ten a second, and once more when the last has ended. */
  transfersChanged: z.object({ transfers: z.array(Transfer) }),
  /** What looking may fetch, after it was set in a window or in settings.json. */
  lookingChanged: Looking,
  /** One-time codes that roles wait for, all of them that are open. */
  mfaAsked: z.object({ questions: z.array(MfaQuestion) }),
  /** A login, a profile or saved keys changed; ask again. */
  accountsChanged: z.object({}),
  /** Other settings hold, or settings.json became good or bad; ask again. */
  settingsChanged: z.object({}),
  /** Labels of what undo and redo would do now. */
  historyChanged: z.object({ undo: z.nullable(z.string()), redo: z.nullable(z.string()) }),
};

export type EventName = keyof typeof events;
export type EventOf<N extends EventName> = z.infer<(typeof events)[N]>;
/** An event with its name, as it travels. */
export type AnyEvent = { [N in EventName]: { name: N; payload: EventOf<N> } }[EventName];
