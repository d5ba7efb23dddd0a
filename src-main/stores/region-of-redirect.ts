/** The region that an answer names by the address it sends on to. */

/**
 * The region in the address that an answer sends on to: `bucket.s3.eu-west-1.amazonaws.com`, also with the dash of old regions. Only the
 * name is taken from it; where keys go is never decided by an answer.
 */
export function regionOfRedirect(hostname: string): string | null {
  return /(?:^|\.)s3[.-]([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})\.amazonaws\.com(?:\.cn)?$/.exec(hostname.toLowerCase())?.[1] ?? null;
}
