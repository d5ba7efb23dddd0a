/** How a bucket or prefix is reached when not by its provider's defaults: one entry of `stores` in the settings. */
import * as z from 'zod/mini';

/** Loose, since the core decides what may stand in it, and a window keeps what it does not know. */
export const StoreRule = z.looseObject({
  /** `s3://bucket`, `s3://bucket/prefix/`, `gs://…` or `az://account/container…`. */
  match: z.string(),
  endpoint: z.optional(z.string()),
  region: z.optional(z.string()),
  /** AWS profile. */
  profile: z.optional(z.string()),
  /** Name of keys that were saved by hand. */
  keys: z.optional(z.string()),
  anonymous: z.optional(z.boolean()),
  path_style: z.optional(z.boolean()),
  requester_pays: z.optional(z.boolean()),
  user_project: z.optional(z.string()),
  sign_as: z.optional(z.string()),
  link_cap_seconds: z.optional(z.int()),
});
export type StoreRule = z.infer<typeof StoreRule>;
