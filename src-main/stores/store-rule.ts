/** Which rule of `stores` in the settings speaks of an object. */
import type { StoreRule } from '../settings/settings.ts';

/** An object's place, key byte-exact. */
export interface ObjectPlace {
  readonly scheme: 's3' | 'gs' | 'az';
  /** For `az` it is `account/container`. */
  readonly bucket: string;
  readonly key: string;
}

/** The longest rule whose bucket, or bucket and prefix, is the object's; null where none is. A bucket matches whole, never as a beginning. */
export function storeRuleFor(rules: readonly StoreRule[], place: ObjectPlace): StoreRule | null {
  const address = `${place.scheme}://${place.bucket}/${place.key}`;
  let best: StoreRule | null = null;
  for (const rule of rules) {
    const bucketAndPrefix = /^(?:s3:\/\/arn:[^/]*:accesspoint\/[^/]+|(?:s3|gs):\/\/[^/]+|az:\/\/[^/]+\/[^/]+)(\/?)/.exec(rule.match);
    if (!bucketAndPrefix) continue;
    const start = bucketAndPrefix[1] === '' ? `${rule.match}/` : rule.match;
    if (address.startsWith(start) && (best === null || rule.match.length > best.match.length)) best = rule;
  }
  return best;
}
