/** The list of links that were handed out. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import { errorOf } from '../../src-shared/model/error.ts';
import type { NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import type { Library } from '../library.ts';

/** Handlers of the part of `links.…` that lists and forgets. */
export function ledgerHandlers({ catalog: { ledger }, links }: Library): Pick<HandlersOf<'links'>, 'ledger' | 'forget'> {
  return {
    ledger: ({ search = null, reference = null, state = null, start, end }) =>
      ledger.list({ search, reference, state, now: new Date(links.serverNow()), start, end }),
    forget: async ({ ids }) => ({ forgotten: await ledger.forget(ids) }),
  };
}

/** Keeps what was handed out. A link that works is not held back because the list could not be written: that is logged. */
export async function keepInLedger({ catalog, log }: Library, links: NewIssuedLink[]): Promise<void> {
  if (links.length === 0) return;
  await catalog.ledger.add(links).catch((thrown: unknown) => {
    log.warn('issued links could not be listed', { links: links.length, cause: errorOf(thrown).cause });
  });
}
