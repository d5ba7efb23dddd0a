/** Object addresses in place of web addresses: whether they lead to the same object here, and what is missing where they do not yet. */
import type { PreviewLine } from '../../src-shared/contract/rows.ts';
import { type KeyedPlace, placeOf } from '../../src-shared/reference/keyed-address.ts';
import { offeredObject } from '../../src-shared/reference/parse-reference.ts';
import type { ProviderEndpoint } from '../../src-shared/reference/provider-hosts.ts';
import type { KeyedReference, Reference } from '../../src-shared/reference/reference.ts';

/** Whether rules and configuration lead an object to this endpoint now, null being its scheme's own provider. Asks nobody. */
export type LeadsTo = (place: KeyedPlace, endpoint: ProviderEndpoint | null) => boolean;

/** An offer. `store` null: it is good now; else what must stand in the settings first. */
export interface Offer {
  readonly reference: KeyedReference;
  readonly store: NonNullable<PreviewLine['offeredStore']> | null;
}

/** What is offered in place of a web address; null where nothing is, or where the bucket leads elsewhere and no rule could change that. */
export function offerOf(reference: Reference, leadsTo: LeadsTo): Offer | null {
  const offered = offeredObject(reference);
  if (offered === null) return null;
  const { endpoint } = offered;
  const place = placeOf(offered.reference);
  if (leadsTo(place, endpoint)) return { reference: offered.reference, store: null };
  if (endpoint === null) return null;
  const match = `${place.scheme}://${place.bucket}`;
  return { reference: offered.reference, store: { match, endpoint: endpoint.url, region: endpoint.region } };
}
