/** The library as a whole: what it is, and the sample. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `library.…`. */
export function libraryHandlers({ folder, catalog, accountsFound, installation, insertSample }: Library): HandlersOf<'library'> {
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
      };
    },
    openSample: async () => ({ tableId: await insertSample() }),
  };
}
