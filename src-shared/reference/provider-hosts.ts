/** Which provider a web host belongs to, by exact rules from its end. A look-alike (`s3.amazonaws.com.evil.example`) belongs to nobody. */
import type { KeyedPlace } from './keyed-address.ts';
import type { Reference, WebReference } from './reference.ts';
import { signatureOf } from './signed-url.ts';

/** Providers whose hosts are known. */
export type Provider =
  | 'Amazon S3'
  | 'Amazon S3 (China)'
  | 'Google Cloud Storage'
  | 'Azure Blob Storage'
  | 'Cloudflare R2'
  | 'Backblaze B2'
  | 'DigitalOcean Spaces'
  | 'Wasabi'
  | 'Tigris';

/** Where a bucket is reached that is not at its scheme's own provider. */
export interface ProviderEndpoint {
  /** Without a slash at its end. */
  readonly url: string;
  readonly region: string;
}

/** An object of a provider. `endpoint` null: the scheme alone leads there (Amazon, Google, Azure). */
export interface ProviderObject {
  readonly place: KeyedPlace;
  readonly endpoint: ProviderEndpoint | null;
}

/** What a host says: whose it is, the bucket it names (null: the path does), and where that bucket is reached. */
interface HostFacts {
  readonly provider: Provider;
  readonly scheme: KeyedPlace['scheme'];
  readonly bucket: string | null;
  readonly endpoint: ProviderEndpoint | null;
  /** False where the host is the provider's and no address can be offered for what lies there. */
  readonly isOffered: boolean;
  /** How the path says bucket and key, where it is not `/bucket/key`. */
  readonly form?: 'website' | 'b2-file';
}

/**
 * Hosts of Amazon S3. Source: AWS General Reference, "Amazon S3 endpoints and quotas": global, regional (with dot, and with the
 * dash of old regions), dual-stack, FIPS, us-east-1's external and accelerated ones. Access points serve something else than objects by
 * key of a bucket and are left out. `.cn` is the partition of China, whose regions begin with `cn-`.
 */
const s3Host =
  /^(?:([a-z0-9][a-z0-9.-]*)\.)?s3(?:-external-1|-accelerate(?:\.dualstack)?|(?:-fips)?(?:\.dualstack)?[.-]([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}))?\.amazonaws\.com(\.cn)?$/;

/** Website endpoints. Source: Amazon S3 User Guide, "Website endpoints": with a dash in the old regions, with a dot in the others. */
const s3WebsiteHost = /^([a-z0-9][a-z0-9.-]*)\.s3-website[.-]([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})\.amazonaws\.com(\.cn)?$/;

/** Hosts of Cloud Storage's XML API, its old name, and the one that asks for a login in the browser (path style only). */
const gcsHost = /^(?:([a-z0-9][a-z0-9._-]*)\.)?(?:storage|commondatastorage)\.googleapis\.com$/;
const gcsBrowserHost = 'storage.cloud.google.com';

/** Source: Azure Storage documentation, "Storage account endpoints"; `-secondary` reads the copy in the other region. Clouds of their own are reached by other hosts than `az://` leads to. */
const azureHost = /^([a-z0-9]{3,24})(-secondary)?\.blob\.core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/;

/** Source: Cloudflare R2 documentation, "S3 API" and "Data location" (jurisdictions). An account is 32 hexadecimal digits. */
const r2Host = /^(?:([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.)?([0-9a-f]{32}(?:\.(?:eu|fedramp))?)\.r2\.cloudflarestorage\.com$/;

/** Source: Backblaze B2 documentation, "Call the S3-compatible API"; and, for `fNNN`, "Native API: download by name" (the friendly URL). */
const b2Host = /^(?:([a-z0-9][a-z0-9-]{4,61}[a-z0-9])\.)?s3\.((?:us-west|us-east|eu-central|ca-east)-\d{3})\.backblazeb2\.com$/;
const b2FileHost = /^f(\d{3})\.backblazeb2\.com$/;
/** Regions by cluster, the number of `fNNN`. Source: Backblaze, "Data regions". */
const b2Regions: Readonly<Record<string, string>> = {
  '000': 'us-west-000',
  '001': 'us-west-001',
  '002': 'us-west-002',
  '003': 'eu-central-003',
  '004': 'us-west-004',
  '005': 'us-east-005',
  '006': 'ca-east-006',
};

/** Source: DigitalOcean documentation, "Spaces": origin and CDN endpoints. A region is three letters and a digit. */
const spacesHost = /^(?:([a-z0-9][a-z0-9-]{1,61}[a-z0-9])\.)?([a-z]{3}\d)(\.cdn)?\.digitaloceanspaces\.com$/;

/** Source: Wasabi documentation, "Service URLs for Wasabi's storage regions"; the one without a region is us-east-1. */
const wasabiHost = /^(?:([a-z0-9][a-z0-9.-]*)\.)?s3(?:\.([a-z]{2}-[a-z]+-\d))?\.wasabisys\.com$/;

/** Source: Tigris documentation, "Endpoints": from Fly.io and from anywhere else; the region is `auto`. */
const tigrisHost = /^(?:([a-z0-9][a-z0-9.-]*)\.)?(fly\.storage\.tigris\.dev|t3\.storage\.dev)$/;

/** The provider that owns a host (lower case, without port), or null. */
export function providerOfHost(host: string): Provider | null {
  return factsOfHost(host)?.provider ?? null;
}

function factsOfHost(host: string): HostFacts | null {
  return amazonHost(host) ?? googleOrAzureHost(host) ?? otherS3Host(host);
}

function amazonHost(host: string): HostFacts | null {
  const website = s3WebsiteHost.exec(host);
  const found = website ?? s3Host.exec(host);
  if (!found) return null;
  const [, bucket = null, region = null, china] = found;
  const isChina = china !== undefined;
  if (region !== null && region.startsWith('cn-') !== isChina) return null;
  // Other partitions have buckets of their own under the same names, so the scheme alone does not lead there; without its region the host
  // of one does not say where.
  const isOwnPartition = isChina || (region?.startsWith('us-gov-') ?? false);
  const endpoint = isOwnPartition && region !== null ? { url: `https://s3.${region}.amazonaws.com${china ?? ''}`, region } : null;
  return {
    provider: isChina ? 'Amazon S3 (China)' : 'Amazon S3',
    scheme: 's3',
    bucket,
    endpoint,
    isOffered: !isOwnPartition || endpoint !== null,
    ...(website ? { form: 'website' as const } : {}),
  };
}

function googleOrAzureHost(host: string): HostFacts | null {
  const gcs = gcsHost.exec(host);
  if (gcs || host === gcsBrowserHost) {
    return { provider: 'Google Cloud Storage', scheme: 'gs', bucket: gcs?.[1] ?? null, endpoint: null, isOffered: true };
  }
  const azure = azureHost.exec(host);
  if (!azure) return null;
  const isOffered = azure[2] === undefined && azure[3] === 'windows.net';
  return { provider: 'Azure Blob Storage', scheme: 'az', bucket: azure[1] ?? null, endpoint: null, isOffered };
}

function otherS3Host(host: string): HostFacts | null {
  const at = (provider: Provider, bucket: string | undefined, url: string, region: string): HostFacts => ({
    provider,
    scheme: 's3',
    bucket: bucket ?? null,
    endpoint: { url: `https://${url}`, region },
    isOffered: true,
  });
  const r2 = r2Host.exec(host);
  if (r2?.[2] !== undefined) return at('Cloudflare R2', r2[1], `${r2[2]}.r2.cloudflarestorage.com`, 'auto');
  const b2 = b2Host.exec(host);
  if (b2?.[2] !== undefined) return at('Backblaze B2', b2[1], `s3.${b2[2]}.backblazeb2.com`, b2[2]);
  const b2File = b2FileHost.exec(host);
  if (b2File) {
    const region = b2Regions[b2File[1] ?? ''];
    const facts = at('Backblaze B2', undefined, `s3.${region}.backblazeb2.com`, region ?? '');
    return { ...facts, form: 'b2-file', isOffered: region !== undefined };
  }
  const spaces = spacesHost.exec(host);
  if (spaces?.[2] !== undefined) {
    const facts = at('DigitalOcean Spaces', spaces[1], `${spaces[2]}.digitaloceanspaces.com`, spaces[2]);
    // The CDN serves one bucket a host.
    return { ...facts, isOffered: spaces[3] === undefined || spaces[1] !== undefined };
  }
  const wasabi = wasabiHost.exec(host);
  if (wasabi) {
    const region = wasabi[2] ?? 'us-east-1';
    return at('Wasabi', wasabi[1], wasabi[2] === undefined ? 's3.wasabisys.com' : `s3.${region}.wasabisys.com`, region);
  }
  const tigris = tigrisHost.exec(host);
  return tigris?.[2] === undefined ? null : at('Tigris', tigris[1], tigris[2], 'auto');
}

/**
 * Reads an https object URL of a known provider: virtual-hosted or path style, any endpoint of the provider; S3's website endpoints, which
 * have no https, also by http. A query that is one version (S3's `versionId`, Cloud Storage's `generation`, Azure's `versionid`) pins it.
 * Null for signed addresses, whose signature is what opens them, and for those with any other query, which may be an API call.
 */
export function objectAddress(reference: Reference): ProviderObject | null {
  if ((reference.scheme !== 'https' && reference.scheme !== 'http') || signatureOf(reference.url) !== null) return null;
  const url = new URL(reference.url);
  const host = url.port === '' ? factsOfHost(url.hostname) : null;
  if (!host?.isOffered || (reference.scheme === 'http' && host.form !== 'website')) return null;
  const place = placeIn(host, url.pathname);
  if (place === null || url.search === '') return place && { place, endpoint: host.endpoint };
  const version = versionIn(host, url.search);
  return version === null ? null : { place: { ...place, version }, endpoint: host.endpoint };
}

/** The host without its port, in lower case, as the rules above take it. */
export function hostNameOf(reference: WebReference): string {
  return new URL(reference.url).hostname;
}

/** Cloud Storage's JSON API lives beside the buckets on the same host. */
const apiPath = /^\/(?:(?:download|upload|resumable\/upload)\/)?storage\/v1(?:\/|$)|^\/batch\//;

function placeIn({ scheme, bucket: hostBucket, form }: HostFacts, pathname: string): KeyedPlace | null {
  if (scheme === 'gs' && hostBucket === null && apiPath.test(pathname)) return null;
  // A folder of a website is answered with a page that lies under another key.
  if (form === 'website' && pathname.endsWith('/')) return null;
  if (form === 'b2-file' && !pathname.startsWith('/file/')) return null;
  // Backblaze writes a blank as `+` there; in all other paths a `+` is a `+`.
  const path = form === 'b2-file' ? pathname.slice('/file/'.length).replaceAll('+', '%20') : pathname.slice(1);
  const slash = path.indexOf('/');
  const hasBucketInPath = hostBucket === null || scheme === 'az';
  if (hasBucketInPath && slash < 1) return null;
  try {
    const inPath = decodeURIComponent(path.slice(0, slash));
    const key = decodeURIComponent(hasBucketInPath ? path.slice(slash + 1) : path);
    if (key === '' || (hasBucketInPath && inPath.includes('/'))) return null;
    return { scheme, bucket: scheme === 'az' ? `${hostBucket}/${inPath}` : (hostBucket ?? inPath), key };
  } catch {
    // The path is not UTF-8, so no key as text stands for it.
    return null;
  }
}

const versionNames = { s3: 'versionId', gs: 'generation', az: 'versionid' } as const;

/** The version that the query pins, or null where it says something else or more. */
function versionIn({ scheme, form }: HostFacts, search: string): string | null {
  const [name, value, ...more] = search.slice(1).split('=');
  if (form !== undefined || name !== versionNames[scheme] || !value || more.length > 0 || value.includes('&')) return null;
  if (scheme === 'gs' && !/^\d{1,19}$/.test(value)) return null;
  try {
    return decodeURIComponent(value);
  } catch {
    // Not UTF-8: no version that anybody has given.
    return null;
  }
}
