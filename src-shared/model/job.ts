/** Long work with progress. */
import * as z from 'zod/mini';
import { Cost } from './media.ts';

/** A job as it is shown. Times are ISO 8601 instants; `total` is null until it is known. */
export const Job = z.object({
  id: z.int(),
  kind: z.enum(['import', 'compute', 'fetch', 'check', 'move']),
  /** For a person: "Import list.csv", "width, height of beach". */
  title: z.string(),
  tableId: z.nullable(z.int()),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  done: z.int(),
  failed: z.int(),
  total: z.nullable(z.int()),
  cost: Cost,
  startedAt: z.string(),
  endedAt: z.nullable(z.string()),
});
export type Job = z.infer<typeof Job>;

/** What computing cells came to: the answer of `column add`, `column set` and `recompute`. */
export const ComputeResult = z.object({
  values: z.int(),
  errors: z.int(),
  requests: z.int(),
  bytes: z.number(),
  seconds: z.number(),
});
export type ComputeResult = z.infer<typeof ComputeResult>;
