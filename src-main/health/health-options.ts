/** What the health room is made of. */
import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Bytes } from '../cache/bytes.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Log } from '../log/log.ts';
import type { Store } from '../stores/store.ts';

/** The rooms that checking needs. `caps` are those of the settings, read at each check; `now` is milliseconds since 1970. */
export interface HealthOptions {
  readonly catalog: Pick<Catalog, 'references' | 'upstream'>;
  readonly bytes: Pick<Bytes, 'copyOf' | 'isKept' | 'fetch' | 'dropChanged' | 'markChecked' | 'onAged'>;
  readonly storeOf: (reference: Reference) => Pick<Store, 'check'>;
  readonly caps: () => { readonly total: number; readonly perHost: number };
  readonly log: Pick<Log, 'bug'>;
  readonly now: () => number;
}

/** The failure of an id that names nothing. */
export function unknownReference(referenceId: number): Failure {
  return fail('unknown_name', { message: `There is no reference ${referenceId}.`, next: 'Its row may have been removed.' });
}
