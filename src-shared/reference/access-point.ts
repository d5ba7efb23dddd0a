/** S3 access points: other doors to a bucket, whose ARN or alias stands where the bucket's name does. */

/** An access point of one region, as its ARN names it. */
export interface AccessPoint {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
  readonly name: string;
}

/** Both forms of the ARN, and the rules of the name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html */
const accessPointArn = /^arn:(aws[a-z-]*):s3:([a-z]{2,}(?:-[a-z0-9]+){1,4}):(\d{12}):accesspoint[/:]([a-z0-9][a-z0-9-]{1,48}[a-z0-9])$/;

/** True where an ARN stands in the bucket's place; no bucket's name has a colon. */
export function isArn(bucket: string): boolean {
  return bucket.startsWith('arn:');
}

/** The access point that stands in the bucket's place; null for a bucket, an alias (a plain bucket's name) and every other ARN. */
export function accessPointOf(bucket: string): AccessPoint | null {
  const [, partition, region, account, name] = isArn(bucket) ? (accessPointArn.exec(bucket) ?? []) : [];
  return partition && region && account && name ? { partition, region, account, name } : null;
}

/** What stands before the endpoint in its host: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-access-points.html */
export function hostLabelOf({ name, account }: AccessPoint): string {
  return `${name}-${account}`;
}

/**
 * How many parts between slashes the bucket of `s3://…` takes: an ARN may hold slashes itself (`…:accesspoint/NAME`,
 * `…:outpost/ID/accesspoint/NAME`), the name of a bucket never does.
 */
export function bucketPartsOf(parts: readonly string[]): number {
  const first = parts[0] ?? '';
  if (!isArn(first)) return 1;
  if (first.endsWith(':accesspoint')) return 2;
  return first.endsWith(':outpost') ? 4 : 1;
}
