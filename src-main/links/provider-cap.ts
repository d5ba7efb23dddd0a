/** The longest life that a provider allows a signed URL. */

export interface ProviderCap {
  /** As people call it: `Amazon S3`, or the host of an endpoint of the user's own. */
  readonly provider: string;
  /** Seconds; null where there is no limit. */
  readonly seconds: number | null;
}

/** 7 days, in seconds. Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html#PresignedUrl-Expiration and Google: https://cloud.google.com/storage/docs/access-control/signed-urls */
export const sevenDays = 604_800;
