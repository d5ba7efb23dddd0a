/** `settings.json`: what holds, what was written, and changes to it. */
import * as z from 'zod/mini';
import { VitrineError } from '../model/error.ts';
import { StoreRule } from '../model/store-rule.ts';
import { LookingFetch } from '../model/thumbnail.ts';
import { read, write } from './define.ts';

/** The settings that hold: what was written over the defaults. Sizes in bytes. No secret is in them. */
export const SettingsNow = z.looseObject({
  cache: z.looseObject({
    limit: z.number(),
    folder: z.nullable(z.string()),
    stream_above: z.nullable(z.number()),
    check_after_hours: z.nullable(z.number()),
  }),
  network: z.looseObject({
    allowed_hosts: z.array(z.string()),
    concurrency: z.int(),
    concurrency_per_host: z.int(),
    bandwidth: z.nullable(z.number()),
  }),
  looking: z.looseObject({ fetch: LookingFetch }),
  stores: z.array(StoreRule),
});
export type SettingsNow = z.infer<typeof SettingsNow>;

/** What is read of the settings at once. */
export const SettingsSeen = z.object({
  settings: SettingsNow,
  /** What the user wrote, null while it cannot be read. */
  written: z.nullable(z.record(z.string(), z.unknown())),
  /** What is wrong with the file, null where nothing is. */
  problem: z.nullable(VitrineError),
  /** The file's place. */
  file: z.string(),
});
export type SettingsSeen = z.infer<typeof SettingsSeen>;

const Key = z.string().check(z.minLength(1), z.maxLength(200));

/** Calls about the settings. A key is in dots: `cache.limit`, `stores.0.region`. Told to everyone as `settingsChanged`. */
export const settings = {
  get: read({ input: z.object({}), output: SettingsSeen }),
  /**
   * Writes one value and leaves all else as it was written; one past the end of a list adds to it. `expected` is what must stand there
   * now, null for nothing, so that a change made elsewhere is not written over.
   */
  set: write({
    input: z.object({ key: Key, value: z.json(), expected: z.optional(z.json()) }),
    output: SettingsSeen,
  }),
  /** Takes one value out, so that its default holds again. */
  unset: write({
    input: z.object({ key: Key, expected: z.optional(z.json()) }),
    output: z.object({ isUnset: z.boolean(), seen: SettingsSeen }),
  }),
};
