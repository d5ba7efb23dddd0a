/** The library as a whole. */
import * as z from 'zod/mini';
import { VitrineError } from '../model/error.ts';
import { LookingFetch } from '../model/thumbnail.ts';
import { read, write } from './define.ts';

/** What the host can do beyond the contract; the only thing by which the window knows where it runs. */
export const Capabilities = z.object({
  /** Real files can be dragged out of the window. */
  dragOut: z.boolean(),
  /** A file can be shown in the system's file manager. */
  revealInFolder: z.boolean(),
  /** A file can be opened in the program that the system has for it. */
  openFile: z.boolean(),
  /** The menu bar is the system's. */
  nativeMenu: z.boolean(),
  /** Dropped and chosen files have a path on this computer. */
  filePaths: z.boolean(),
  /** Put before `thumbnail/{referenceId}/{edge}`, `media/{referenceId}` and `proxy/{referenceId}`: `/` in the browser, `vitrine-media://m/` in Electron. */
  mediaBase: z.string(),
});
export type Capabilities = z.infer<typeof Capabilities>;

/** What looking may do in this library. */
export const Looking = z.object({ fetch: LookingFetch });
export type Looking = z.infer<typeof Looking>;

/** Calls about the library as a whole. */
export const library = {
  info: read({
    input: z.object({}),
    output: z.object({
      folder: z.string(),
      version: z.string(),
      /** Why nothing can be changed, or null. */
      readOnly: z.nullable(VitrineError),
      isEmpty: z.boolean(),
      capabilities: Capabilities,
      /** Where credentials were seen, by name only ("AWS profiles default, work"); nothing is asked for this. */
      accounts: z.array(z.string()),
      looking: Looking,
    }),
  }),
  /** The ffmpeg that makes posters, waveforms and proxies, or null; it is looked for once, and then it starts one. */
  ffmpeg: read({ input: z.object({}), output: z.nullable(z.object({ path: z.string(), version: z.nullable(z.string()) })) }),
  /** Sets how much looking may fetch, in settings.json; told to everyone as `lookingChanged`. */
  setLooking: write({ input: Looking, output: Looking }),
  /** Puts the sample tables into the library, in one undoable change; gives the id of the first. */
  openSample: write({ input: z.object({}), output: z.object({ tableId: z.int() }) }),
};
