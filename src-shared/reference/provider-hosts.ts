/** Which provider a web host belongs to, by exact rules from its end. A look-alike (`s3.amazonaws.com.evil.example`) belongs to nobody. */
import type { KeyedPlace } from './keyed-address.ts';
import type { Reference, WebReference } from './reference.ts';
import { signatureOf } from './signed-url.ts';

/** Providers whose hosts are known. */
export type Provider = 'Amazon S3' | 'Google Cloud Storage' | 'Azure Blob Storage';

/**
 * Hosts of Amazon S3. Source: AWS General Reference, "Amazon S3 endpoints and quotas": global, regional (with dot, and with the
 * dash of old regions), dual-stack, FIPS, us-east-1's external and accelerated ones; China ends in `.cn`. Website endpoints
 * (`s3-website…`) and access points serve something else than objects by key and are left out.
 */
const s3Host =
  /^(?:([a-z0-9][a-z0-9.-]*)\.)?s3(?:-external-1|-accelerate(?:\.dualstack)?|(?:-fips)?(?:\.dualstack)?[.-][a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})?\.amazonaws\.com(?:\.cn)?$/;

/** Hosts of Cloud Storage's XML API, its old name, and the one that asks for a login in the browser (path style only). */
const gcsHost = /^(?:([a-z0-9][a-z0-9._-]*)\.)?(?:storage|commondatastorage)\.googleapis\.com$/;
const gcsBrowserHost = 'storage.cloud.google.com';

const azureHost = /^[a-z0-9]{3,24}(?:-secondary)?\.blob\.core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/;

/** The provider that owns a host (lower case, without port), or null. */
export function providerOfHost(host: string): Provider | null {
  if (s3Host.test(host)) return 'Amazon S3';
  if (gcsHost.test(host) || host === gcsBrowserHost) return 'Google Cloud Storage';
  if (azureHost.test(host)) return 'Azure Blob Storage';
  return null;
}

/**
 * Reads an https object URL of S3 or Cloud Storage: virtual-hosted or path style, any endpoint of the provider. Null for signed
 * addresses, whose signature is what opens them, and for those with a query, which may name a version or an API call.
 */
export function objectAddress(reference: Reference): KeyedPlace | null {
  if (reference.scheme !== 'https' || signatureOf(reference.url) !== null) return null;
  const url = new URL(reference.url);
  if (url.port !== '' || url.search !== '') return null;
  const s3 = s3Host.exec(url.hostname);
  if (s3) return objectOf('s3', s3[1], url.pathname);
  const gcs = gcsHost.exec(url.hostname);
  if (gcs) return objectOf('gs', gcs[1], url.pathname);
  return url.hostname === gcsBrowserHost ? objectOf('gs', undefined, url.pathname) : null;
}

/** The host without its port, in lower case, as the rules above take it. */
export function hostNameOf(reference: WebReference): string {
  return new URL(reference.url).hostname;
}

/** Cloud Storage's JSON API lives beside the buckets on the same host. */
const apiPath = /^\/(?:(?:download|upload|resumable\/upload)\/)?storage\/v1(?:\/|$)|^\/batch\//;

function objectOf(scheme: 's3' | 'gs', hostBucket: string | undefined, pathname: string): KeyedPlace | null {
  if (scheme === 'gs' && hostBucket === undefined && apiPath.test(pathname)) return null;
  const path = pathname.slice(1);
  const slash = path.indexOf('/');
  if (hostBucket === undefined && slash < 1) return null;
  try {
    const bucket = hostBucket ?? decodeURIComponent(path.slice(0, slash));
    const key = decodeURIComponent(hostBucket === undefined ? path.slice(slash + 1) : path);
    return key === '' || bucket.includes('/') ? null : { scheme, bucket, key };
  } catch {
    // The path is not UTF-8, so no key as text stands for it.
    return null;
  }
}
