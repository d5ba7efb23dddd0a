/** The handlers of every feature, by the contract: a feature without one does not compile. */
import type { Feature, HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';
import { accountHandlers } from './accounts.ts';
import { cacheHandlers } from './cache.ts';
import type { HandlerTable } from './dispatch.ts';
import { errorHandlers } from './errors.ts';
import { fileHandlers } from './files.ts';
import { healthHandlers } from './health.ts';
import { historyHandlers, jobHandlers, preferenceHandlers, trashHandlers } from './history.ts';
import { libraryHandlers } from './library.ts';
import { linkHandlers } from './links.ts';
import { listingHandlers } from './listing.ts';
import { importingHandlers, rowHandlers } from './rows.ts';
import { settingsHandlers } from './settings.ts';
import { columnHandlers, folderHandlers, tableHandlers } from './tree.ts';
import { viewHandlers } from './views.ts';

/** Makes the table of handlers for an open library. */
export function createHandlers(library: Library): HandlerTable {
  const handlers: { [F in Feature]: HandlersOf<F> } = {
    library: libraryHandlers(library),
    folders: folderHandlers(library),
    tables: tableHandlers(library),
    columns: columnHandlers(library),
    listing: listingHandlers(library),
    importing: importingHandlers(library),
    rows: rowHandlers(library),
    views: viewHandlers(library),
    links: linkHandlers(library),
    accounts: accountHandlers(library),
    files: fileHandlers(library),
    cache: cacheHandlers(library),
    health: healthHandlers(library),
    errors: errorHandlers(library),
    history: historyHandlers(library),
    trash: trashHandlers(library),
    jobs: jobHandlers(library),
    preferences: preferenceHandlers(library),
    settings: settingsHandlers(library),
  };
  return handlers as HandlerTable;
}
