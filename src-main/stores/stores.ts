/** Picks the store of a reference by its scheme. */
import type { Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { Reference, Scheme } from '../../src-shared/reference/reference.ts';
import type { Store } from './store.ts';

/** All stores, behind one question. */
export interface Stores {
  storeOf(place: Reference | Prefix): Store;
}

/** One store for http and https, one for each of the others. */
export function createStores(stores: {
  readonly http: Store;
  readonly s3: Store;
  readonly gcs: Store;
  readonly azure: Store;
  readonly file: Store;
}): Stores {
  const byScheme: Readonly<Record<Scheme, Store>> = {
    http: stores.http,
    https: stores.http,
    s3: stores.s3,
    gs: stores.gcs,
    az: stores.azure,
    file: stores.file,
  };
  return { storeOf: (place) => byScheme[place.scheme] };
}
