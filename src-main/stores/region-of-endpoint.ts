/** The region that the host of an S3 endpoint names by itself. */

/**
 * Hosts whose provider says in its documentation how the region stands in them; the first group is the region. A rule without a group
 * belongs to a provider that has one region for signing.
 */
const rules: readonly { readonly host: RegExp; readonly region: string | null }[] = [
  // Cloudflare R2, jurisdictions too: https://developers.cloudflare.com/r2/api/s3/api/ (“the region is auto”)
  { host: /^[0-9a-z]+\.(?:(?:eu|fedramp)\.)?r2\.cloudflarestorage\.com$/, region: 'auto' },
  // Tigris, its endpoint on Fly.io and its own: https://www.tigrisdata.com/docs/sdks/s3/aws-js-sdk/ (“region auto”)
  { host: /^(?:fly\.storage\.tigris\.dev|t3\.storage\.dev)$/, region: 'auto' },
  // Backblaze B2: https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api
  { host: /^s3\.([a-z]{2}-[a-z]+-\d{3})\.backblazeb2\.com$/, region: null },
  // DigitalOcean Spaces: https://docs.digitalocean.com/products/spaces/how-to/use-aws-sdks/
  { host: /^([a-z]{3}\d)\.digitaloceanspaces\.com$/, region: null },
  // Wasabi; without a region it is us-east-1: https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabis-different-storage-regions
  { host: /^s3\.wasabisys\.com$/, region: 'us-east-1' },
  { host: /^s3\.([a-z]{2}(?:-[a-z]+)+-\d)\.wasabisys\.com$/, region: null },
  // Amazon S3 itself, regional, dual-stack, FIPS, and through a VPC endpoint: https://docs.aws.amazon.com/general/latest/gr/s3.html
  { host: /^s3(?:-fips)?(?:\.dualstack)?[.-]([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})\.amazonaws\.com(?:\.cn)?$/, region: null },
  { host: /^(?:bucket|accesspoint)\.vpce-[0-9a-z-]+\.s3\.([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})\.vpce\.amazonaws\.com$/, region: null },
];

/** The region to sign for, or null where the host does not say (MinIO, any other). By exact host, never by a part of it. */
export function regionOfEndpoint(hostname: string): string | null {
  const host = hostname.toLowerCase();
  for (const rule of rules) {
    const found = rule.host.exec(host);
    if (found) return rule.region ?? found[1] ?? null;
  }
  return null;
}

/**
 * The region in the address that an answer sends on to: `bucket.s3.eu-west-1.amazonaws.com`, also with the dash of old regions. Only the
 * name is taken from it; where keys go is never decided by an answer.
 */
export function regionOfRedirect(hostname: string): string | null {
  return /(?:^|\.)s3[.-]([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})\.amazonaws\.com(?:\.cn)?$/.exec(hostname.toLowerCase())?.[1] ?? null;
}
