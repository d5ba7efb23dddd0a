/** A transfer: bytes of one reference on their way here. */
import * as z from 'zod/mini';

/** Why a transfer began anew: the object changed upstream, or its server gives nothing by which a broken one could go on. */
export const RestartReason = z.enum(['changed', 'not_resumable']);
export type RestartReason = z.infer<typeof RestartReason>;

/** A transfer as it is shown. Sizes in bytes; `rate` in bytes a second over the last seconds, null until there is one. */
export const Transfer = z.object({
  id: z.int(),
  canonical: z.string(),
  name: z.string(),
  /** whole: the file is brought here · ranges: parts of it, for who looks at them. */
  purpose: z.enum(['whole', 'ranges']),
  priority: z.enum(['visible', 'asked', 'background']),
  /** waiting: for its turn, or for room · running · pausing: the server asked to wait, or a broken connection is tried again soon. */
  state: z.enum(['waiting', 'running', 'pausing']),
  /** Of the file, here already; of `ranges`, what came for this transfer. */
  bytes: z.number(),
  /** Of the file, or null where nobody said; of `ranges`, what was asked for. */
  size: z.nullable(z.number()),
  rate: z.nullable(z.number()),
  secondsLeft: z.nullable(z.number()),
  restarted: z.nullable(RestartReason),
});
export type Transfer = z.infer<typeof Transfer>;
