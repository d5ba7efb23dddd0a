/** The library as a whole: what it is, and the sample. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `library.…`. */
export function libraryHandlers({
  folder,
  catalog,
  settings,
  accountsFound,
  installation,
  insertSample,
  media,
}: Library): HandlersOf<'library'> {
  return {
    info: async (_input, { caller }) => {
      const { folders, tables } = await catalog.tree.list(null);
      return {
        folder,
        version: installation.version,
        readOnly: catalog.readOnly,
        isEmpty: folders.length === 0 && tables.length === 0,
        capabilities: caller.capabilities,
        accounts: accountsFound(),
        looking: settings.current().looking,
      };
    },
    ffmpeg: async () => media.ffmpeg(),
    setLooking: async ({ fetch }) => {
      await settings.setLookingFetch(fetch);
      return settings.current().looking;
    },
    openSample: async () => ({ tableId: await insertSample() }),
  };
}
