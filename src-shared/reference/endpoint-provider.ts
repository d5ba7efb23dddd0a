/** Which provider stands behind an endpoint of the S3 language, by exact host rules, which region it signs for, and how long it lets a link live. */

/** A provider by its endpoint. */
export interface EndpointProvider {
  /** As people call it: `Cloudflare R2`. */
  readonly name: string;
  /** The longest life of a signed link, in seconds. */
  readonly linkCapSeconds: number;
  /** The region that requests are signed for, where the host alone says it; null where it does not. */
  readonly region: string | null;
}

/** 7 days, in seconds: what Signature Version 4 allows at AWS, and most providers after it. */
export const sevenDays = 604_800;

/**
 * Hosts; the first group is the region, `region` the one of a host that names none. Each with the source of its hosts and region, then of its cap.
 * - R2: `ACCOUNT.r2.cloudflarestorage.com`, with `eu` or `fedramp` for jurisdictions, region `auto`:
 *   https://developers.cloudflare.com/r2/api/s3/api/ ; 1 s to 7 days: https://developers.cloudflare.com/r2/api/s3/presigned-urls/
 * - B2: `s3.REGION.backblazeb2.com`; https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api ; presigned URLs are those of
 *   Signature Version 4, with its 7 days.
 * - Tigris: `t3.storage.dev`, before `fly.storage.tigris.dev`, region `auto`: https://www.tigrisdata.com/docs/sdks/s3/aws-js-sdk/ ; 90 days:
 *   https://www.tigrisdata.com/docs/objects/presigned/
 * - DigitalOcean: `REGION.digitaloceanspaces.com`: https://docs.digitalocean.com/products/spaces/how-to/use-aws-sdks/ ; 7 days is the most it
 *   offers: https://docs.digitalocean.com/products/spaces/how-to/set-file-permissions/
 * - Wasabi: `s3.REGION.wasabisys.com`, and without a region us-east-1:
 *   https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabis-different-storage-regions ; 7 days:
 *   https://docs.wasabi.com/docs/how-do-i-generate-pre-signed-urls-for-temporary-access-with-wasabi
 * - Amazon S3, where its own endpoint is configured by hand, a VPC's too: https://docs.aws.amazon.com/general/latest/gr/s3.html ; 7 days:
 *   https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html#PresignedUrl-Expiration
 */
const rules: readonly (EndpointProvider & { readonly host: RegExp })[] = [
  {
    name: 'Cloudflare R2',
    linkCapSeconds: sevenDays,
    host: /^[0-9a-f]{32}\.(?:(?:eu|fedramp)\.)?r2\.cloudflarestorage\.com$/,
    region: 'auto',
  },
  { name: 'Backblaze B2', linkCapSeconds: sevenDays, host: /^s3\.([a-z]{2}-[a-z]+-\d{3})\.backblazeb2\.com$/, region: null },
  {
    name: 'Tigris',
    linkCapSeconds: 90 * 86_400,
    host: /^(?:t3\.storage\.dev|(?:[a-z]{3}\.)?fly\.storage\.tigris\.dev)$/,
    region: 'auto',
  },
  { name: 'DigitalOcean Spaces', linkCapSeconds: sevenDays, host: /^([a-z]{3}\d)\.digitaloceanspaces\.com$/, region: null },
  { name: 'Wasabi', linkCapSeconds: sevenDays, host: /^s3(?:\.([a-z]{2}(?:-[a-z]+)+-\d))?\.wasabisys\.com$/, region: 'us-east-1' },
  {
    name: 'Amazon S3',
    linkCapSeconds: sevenDays,
    host: /^s3(?:-external-1|-accelerate|(?:-fips)?(?:\.dualstack)?[.-]([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}))?\.amazonaws\.com(?:\.cn)?$/,
    region: null,
  },
  {
    name: 'Amazon S3',
    linkCapSeconds: sevenDays,
    host: /^(?:bucket|accesspoint)\.vpce-[a-z0-9-]+\.s3\.([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})\.vpce\.amazonaws\.com$/,
    region: null,
  },
];

/** The provider of an endpoint's host (without port and bucket), or null for one of the user's own. By exact host, never by a part of it. */
export function providerOfEndpoint(hostname: string): EndpointProvider | null {
  const host = hostname.toLowerCase();
  for (const rule of rules) {
    const found = rule.host.exec(host);
    if (found) return { name: rule.name, linkCapSeconds: rule.linkCapSeconds, region: found[1] ?? rule.region };
  }
  return null;
}
