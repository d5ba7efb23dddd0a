/** The longest life that a provider allows a signed URL. */
import { providerOfEndpoint, sevenDays } from '../../src-shared/reference/endpoint-provider.ts';

export { sevenDays };

/** Who limits a link, and to what. */
export interface ProviderCap {
  /** As people call it: `Amazon S3`, or the host of an endpoint of the user's own. */
  readonly provider: string;
  /** Seconds; null where there is no limit. */
  readonly seconds: number | null;
}

/** What a route says of where its links lead. */
interface CappedRoute {
  readonly endpoint: { readonly hostname: string };
  readonly isCustomEndpoint: boolean;
  readonly rule: { readonly link_cap_seconds?: number } | null;
}

/**
 * The cap of an S3 route. Amazon S3: 7 days
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html#PresignedUrl-Expiration), which a store rule can shorten.
 * Any other endpoint: what is known of its provider, else 7 days, unless the store rule's `link_cap_seconds` says another.
 */
export function s3Cap(route: CappedRoute): ProviderCap {
  return capOf(route, 'Amazon S3');
}

/** The cap of a Cloud Storage route: 7 days (https://cloud.google.com/storage/docs/access-control/signed-urls), or as with `s3Cap`. */
export function gcsCap(route: CappedRoute): ProviderCap {
  return capOf(route, 'Google Cloud Storage');
}

function capOf({ endpoint, isCustomEndpoint, rule }: CappedRoute, owner: string): ProviderCap {
  const said = rule?.link_cap_seconds;
  if (!isCustomEndpoint) return { provider: owner, seconds: Math.min(said ?? sevenDays, sevenDays) };
  const known = providerOfEndpoint(endpoint.hostname);
  return { provider: known?.name ?? endpoint.hostname, seconds: said ?? known?.linkCapSeconds ?? sevenDays };
}
