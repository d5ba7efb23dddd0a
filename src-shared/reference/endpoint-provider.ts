/** Which provider stands behind an endpoint of the S3 language, by exact host rules, and how long it lets a signed link live. */

/** A provider by its endpoint. */
export interface EndpointProvider {
  /** As people call it: `Cloudflare R2`. */
  readonly name: string;
  /** The longest life of a signed link, in seconds. */
  readonly linkCapSeconds: number;
}

/** 7 days, in seconds: what Signature Version 4 allows at AWS, and most providers after it. */
export const sevenDays = 604_800;

/**
 * Hosts in the order in which they are looked at; each with the source of its hosts, then of its cap.
 * - R2: `ACCOUNT.r2.cloudflarestorage.com`, with `eu` or `fedramp` for jurisdictions; https://developers.cloudflare.com/r2/api/s3/api/ ;
 *   1 s to 7 days: https://developers.cloudflare.com/r2/api/s3/presigned-urls/
 * - B2: `s3.REGION.backblazeb2.com`; https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api ; presigned URLs are those of
 *   Signature Version 4, with its 7 days.
 * - Tigris: `t3.storage.dev`, before `fly.storage.tigris.dev`; 90 days: https://www.tigrisdata.com/docs/objects/presigned/
 * - DigitalOcean: `REGION.digitaloceanspaces.com`; 7 days is the most it offers:
 *   https://docs.digitalocean.com/products/spaces/how-to/set-file-permissions/
 * - Wasabi: `s3.REGION.wasabisys.com`, `s3.wasabisys.com`; 7 days:
 *   https://docs.wasabi.com/docs/how-do-i-generate-pre-signed-urls-for-temporary-access-with-wasabi
 * - Amazon S3, where its own endpoint is configured by hand; 7 days:
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html#PresignedUrl-Expiration
 */
const rules: readonly (EndpointProvider & { readonly host: RegExp })[] = [
  { name: 'Cloudflare R2', linkCapSeconds: sevenDays, host: /^[0-9a-f]{32}\.(?:(?:eu|fedramp)\.)?r2\.cloudflarestorage\.com$/ },
  { name: 'Backblaze B2', linkCapSeconds: sevenDays, host: /^s3\.[a-z]{2}(?:-[a-z]+)+-\d{3}\.backblazeb2\.com$/ },
  { name: 'Tigris', linkCapSeconds: 90 * 86_400, host: /^(?:t3\.storage\.dev|(?:[a-z]{3}\.)?fly\.storage\.tigris\.dev)$/ },
  { name: 'DigitalOcean Spaces', linkCapSeconds: sevenDays, host: /^[a-z]{3}\d\.digitaloceanspaces\.com$/ },
  { name: 'Wasabi', linkCapSeconds: sevenDays, host: /^s3(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.wasabisys\.com$/ },
  {
    name: 'Amazon S3',
    linkCapSeconds: sevenDays,
    host: /^(?:bucket\.vpce-[a-z0-9-]+\.)?s3(?:-external-1|-accelerate|(?:-fips)?(?:\.dualstack)?[.-][a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})?(?:\.[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}\.vpce)?\.amazonaws\.com(?:\.cn)?$/,
  },
];

/** The provider of an endpoint's host (lower case, without port and bucket), or null for one of the user's own. */
export function providerOfEndpoint(hostname: string): EndpointProvider | null {
  return rules.find(({ host }) => host.test(hostname)) ?? null;
}
