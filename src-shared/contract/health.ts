/** Whether files are still what is known of them here: asked on condition, so that an unchanged one costs no bytes. */
import * as z from 'zod/mini';
import { VitrineError } from '../model/error.ts';
import { RemoteFacts } from '../model/media.ts';
import { read, write } from './define.ts';
import { RowSelection, TableReference } from './table-reference.ts';
import { ComputeWhen } from './tree.ts';

/** A reference whose file changed, or could not be asked for. */
export const HealthFinding = z.object({
  referenceId: z.int(),
  canonical: z.string(),
  /** A row that shows it, and how many do. */
  rowId: z.int(),
  rows: z.int(),
  found: z.enum(['changed', 'failed']),
  /** What lies upstream now, where it changed. */
  remote: z.nullable(RemoteFacts),
  error: z.nullable(VitrineError),
});
export type HealthFinding = z.infer<typeof HealthFinding>;

/** What a check came to. `same`: as known · `fresh`: nothing was known before, now it is · `pinned`: a version, which is never asked again. */
export const HealthResult = z.object({
  checked: z.int(),
  same: z.int(),
  fresh: z.int(),
  pinned: z.int(),
  changed: z.int(),
  failed: z.int(),
  requests: z.int(),
  /** The first 1,000, in the order of rows. */
  findings: z.array(HealthFinding),
});
export type HealthResult = z.infer<typeof HealthResult>;

/** What is remembered of a reference that changed upstream. `decided`: the user keeps what is here until it changes once more. */
export const UpstreamState = z.object({
  checkedAt: z.string(),
  state: z.enum(['same', 'changed', 'kept']),
  remote: z.nullable(RemoteFacts),
});
export type UpstreamState = z.infer<typeof UpstreamState>;

/** Calls about the state of files upstream. */
export const health = {
  /** Asks for the files of these rows, or of all; each host politely. One reference is asked for once, however many rows show it. */
  check: write({
    input: z.object({ table: TableReference, rows: z.optional(RowSelection) }),
    output: HealthResult,
    progress: z.object({ done: z.int(), failed: z.int(), total: z.int() }),
  }),
  /** What is known of one reference; null where it was never checked. */
  stateOf: read({ input: z.object({ referenceId: z.int() }), output: z.nullable(UpstreamState) }),
  /**
   * Decides for references that changed upstream. `keep`: what is here stays, and is not spoken of until it changes again. `take_new`: the
   * former copy goes, the new file is fetched where one was here, and cells computed from the former become stale and are computed again,
   * in the background unless `compute` says otherwise.
   */
  decide: write({
    input: z.object({ referenceIds: z.array(z.int()), choice: z.enum(['keep', 'take_new']), compute: z.optional(ComputeWhen) }),
    output: z.object({ references: z.int(), failed: z.array(z.object({ referenceId: z.int(), error: VitrineError })) }),
  }),
};
