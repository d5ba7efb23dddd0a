/** Addresses of objects and blobs: store, bucket and key as text, every byte of the key as it stands. Never through `new URL()`. */
import type { Outcome } from '../model/error.ts';
import { bucketPartsOf } from './access-point.ts';
import { encodeStrictly } from './encode-key.ts';
import type { CanonicalUrl, KeyedReference } from './reference.ts';
import { refused } from './refused-address.ts';

/** Where an object or blob lies. `bucket` of `az` is `account/container`; of `s3` also the ARN of an access point, slash included. */
export interface KeyedPlace {
  readonly scheme: KeyedReference['scheme'];
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
}

/** Schemes of Azure that Hadoop and Spark write: `wasbs://container@account.blob.core.windows.net/blob`, `abfss://` with `dfs`. */
const hadoopHost = /^([^@]+)@([a-z0-9]{3,24})\.(?:blob|dfs)\.core\.windows\.net$/i;

/** The reference of a place. */
export function keyedAddress({ scheme, bucket, key, version }: KeyedPlace): KeyedReference {
  const pinned = version === undefined ? {} : { version };
  const before = version === undefined ? `${scheme}://` : `${scheme}+version://${encodeStrictly(version)}@`;
  const canonical = `${before}${bucket}/${key}` as CanonicalUrl;
  if (scheme !== 'az') return { scheme, canonical, bucket, key, ...pinned };
  const slash = bucket.indexOf('/');
  return { scheme, canonical, account: bucket.slice(0, slash), container: bucket.slice(slash + 1), key, ...pinned };
}

/** The place of a reference: what `keyedAddress` makes it from. */
export function placeOf(reference: KeyedReference): KeyedPlace {
  const { scheme, key, version } = reference;
  const bucket = reference.scheme === 'az' ? `${reference.account}/${reference.container}` : reference.bucket;
  return { scheme, bucket, key, ...(version === undefined ? {} : { version }) };
}

/** Reads an address whose scheme is one of `s3`, `gs`, `az`, theirs with `+version`, or one of Hadoop's for Azure. */
export function parseKeyed(given: string, text: string): Outcome<KeyedReference> {
  const found = splitKeyed(given, text);
  if ('ok' in found) return found;
  if (found.key === '')
    return refused(`This is not the address of a file: it names ${nameOfBucket(found)} and no key.`, 'Add the key after it.');
  return { ok: true, value: keyedAddress(found) };
}

/** The same where the key may be empty, as for a listing. */
export function splitKeyed(given: string, text: string): KeyedPlace | ReturnType<typeof refused> {
  const scheme = given.startsWith('s3') ? 's3' : given.startsWith('gs') ? 'gs' : 'az';
  const rest = text.slice(given.length + 1);
  const form = scheme === 'az' ? 'account/container/key' : 'bucket/key';
  if (!rest.startsWith('//')) return refused(`This is not an address: ${given}: must be followed by //${form}.`);
  const address = rest.slice(2);
  if (/^(?:wasb|abfs)/.test(given)) return hadoopPlace(given, address);
  const pinned = given.endsWith('+version') ? pinnedVersion(address) : { rest: address };
  if (pinned === null) return refused(`This is not an address: after ${given}:// the version and an @ are missing.`);
  const parts = pinned.rest.split('/');
  const bucketParts = parts.splice(0, scheme === 'az' ? 2 : scheme === 's3' ? bucketPartsOf(parts) : 1);
  const key = parts.join('/');
  if (bucketParts[0]?.trim() === '') {
    return refused(`This is not an address: after ${given}:// the name of the ${scheme === 'az' ? 'account' : 'bucket'} is missing.`);
  }
  if (scheme === 'az' && (bucketParts[1] ?? '').trim() === '') {
    return refused('This is not an address: after the account the name of the container is missing.');
  }
  return { scheme, bucket: bucketParts.join('/'), key, ...('version' in pinned ? { version: pinned.version } : {}) };
}

function pinnedVersion(address: string): { rest: string; version: string } | null {
  const at = address.indexOf('@');
  const slash = address.indexOf('/');
  if (at < 1 || (slash >= 0 && slash < at)) return null;
  try {
    return { rest: address.slice(at + 1), version: decodeURIComponent(address.slice(0, at)) };
  } catch {
    return null;
  }
}

function hadoopPlace(given: string, address: string): KeyedPlace | ReturnType<typeof refused> {
  const slash = address.indexOf('/');
  const host = slash < 0 ? address : address.slice(0, slash);
  const named = hadoopHost.exec(host);
  if (!named) {
    return refused(`This is not an address: ${given}:// must be followed by container@account.blob.core.windows.net/key.`);
  }
  return { scheme: 'az', bucket: `${named[2]?.toLowerCase()}/${named[1]}`, key: slash < 0 ? '' : address.slice(slash + 1) };
}

function nameOfBucket({ scheme }: KeyedPlace): string {
  return scheme === 'az' ? 'a container' : 'a bucket';
}
