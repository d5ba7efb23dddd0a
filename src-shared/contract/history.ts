/** Undo, redo, the trash, jobs and what the window remembers. */
import * as z from 'zod/mini';
import { Job } from '../model/job.ts';
import { read, write } from './define.ts';

/** A change a user made. `label` says what and how many: "Removed 12 rows from beach". */
export const Change = z.object({ id: z.int(), at: z.string(), label: z.string(), undone: z.boolean() });
export type Change = z.infer<typeof Change>;

/** Calls that go back and forth in what was done. */
export const history = {
  list: read({ input: z.object({ limit: z.optional(z.int()) }), output: z.array(Change) }),
  /** Takes back the newest `count` changes, newest first; fewer where there are fewer, `invalid_input` where there is none. */
  undo: write({ input: z.object({ count: z.optional(z.int()) }), output: z.array(Change) }),
  redo: write({ input: z.object({ count: z.optional(z.int()) }), output: z.array(Change) }),
};

/** Something in the trash. `id` is opaque. */
export const Trashed = z.object({
  id: z.string(),
  kind: z.enum(['rows', 'table', 'column', 'folder']),
  name: z.string(),
  from: z.string(),
  rows: z.int(),
  at: z.string(),
});
export type Trashed = z.infer<typeof Trashed>;

/** Calls about what was removed. */
export const trash = {
  list: read({ input: z.object({}), output: z.array(Trashed) }),
  restore: write({ input: z.object({ ids: z.array(z.string()) }), output: z.object({ restored: z.int() }) }),
  /** Deletes for good what is in the trash, or only `ids`. Files are never touched. */
  empty: write({
    input: z.object({ ids: z.optional(z.array(z.string())) }),
    output: z.object({ rows: z.int(), tables: z.int(), columns: z.int(), folders: z.int() }),
  }),
};

/** Calls about long work. */
export const jobs = {
  list: read({ input: z.object({}), output: z.array(Job) }),
  /** What is done stays. */
  cancel: write({ input: z.object({ id: z.int() }), output: z.object({ cancelled: z.boolean() }) }),
};

/** What a window puts away for its next start. */
export const preferences = {
  /** What the window put there, or null. */
  get: read({ input: z.object({ key: z.string() }), output: z.object({ value: z.json() }) }),
  /** Not a change a user can undo, hence no write: a read-only library keeps it for this run only. */
  set: read({ input: z.object({ key: z.string(), value: z.json() }), output: z.object({}) }),
};
