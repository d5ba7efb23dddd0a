/** What can be said of a reference by looking at its text alone. */
import { accessPointOf, hostLabelOf, isArn } from './access-point.ts';
import { hostNameOf, providerOfHost } from './provider-hosts.ts';
import type { MediaKind, Reference } from './reference.ts';

const extensionsByKind: Record<Exclude<MediaKind, 'unknown'>, string> = {
  image: 'jpg jpeg jpe jfif png apng gif webp avif heic heif hif tif tiff bmp svg ico jxl jp2 dng cr2 cr3 nef arw raf orf rw2 psd',
  video: 'mp4 m4v mov webm mkv avi mpg mpeg m2v mts m2ts ts ogv 3gp 3g2 wmv flv mxf',
  audio: 'mp3 wav wave flac ogg oga opus m4a m4b aac aif aiff wma mka caf amr',
};

const kindByExtension: ReadonlyMap<string, MediaKind> = new Map(
  (['image', 'video', 'audio'] as const).flatMap((kind) =>
    extensionsByKind[kind].split(' ').map((extension) => [extension, kind] as const),
  ),
);

/** The last part of the address, percent-decoded where it is a web address: `a b.jpg`. A host where there is no path, a folder with its slash. */
export function nameOf(reference: Reference): string {
  switch (reference.scheme) {
    case 's3':
    case 'gs':
    case 'az':
      return lastPart(reference.key, /\//) || reference.key;
    case 'file':
      return lastPart(reference.path, reference.path.startsWith('/') ? /\// : /[\\/]/) || reference.path;
    default: {
      const part = lastPart(new URL(reference.canonical).pathname, /\//);
      return part === '' ? reference.host : decoded(part);
    }
  }
}

/** What the extension promises; `unknown` without one that is known. Only the bytes tell for certain. */
export function kindOf(reference: Reference): MediaKind {
  return kindOfName(nameOf(reference));
}

/** The same, of a file's name. */
export function kindOfName(name: string): MediaKind {
  const dot = name.lastIndexOf('.');
  return dot < 1
    ? 'unknown'
    : (kindByExtension.get(
        name
          .slice(dot + 1)
          .trimEnd()
          .toLowerCase(),
      ) ?? 'unknown');
}

/** Who serves it, for people: "Amazon S3", "Google Cloud Storage", "Azure Blob Storage", "This computer", else the host. */
export function providerOf(reference: Reference): string {
  switch (reference.scheme) {
    case 's3':
      return 'Amazon S3';
    case 'gs':
      return 'Google Cloud Storage';
    case 'az':
      return 'Azure Blob Storage';
    case 'file':
      return 'This computer';
    default:
      return providerOfHost(hostNameOf(reference)) ?? reference.host;
  }
}

/**
 * The https address of an object at its provider, which works for everybody if the object is public; a web address is its own; null for a
 * file of this computer and for an ARN that is no access point of one region. Buckets whose name cannot stand in a certificate's host (dots, capitals, underscores) get path style.
 *
 * *Caveats:* a key with `.` or `..` as a whole part has no https address that a browser leaves alone.
 */
export function plainHttpsUrl(reference: Reference, options: { region?: string } = {}): string | null {
  switch (reference.scheme) {
    case 's3': {
      if (isArn(reference.bucket)) return accessPointUrl(reference.bucket, reference.key);
      const host = options.region === undefined ? 's3.amazonaws.com' : `s3.${options.region}.amazonaws.com`;
      const isHostName = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(reference.bucket);
      const path = encodedKey(reference.key);
      return isHostName ? `https://${reference.bucket}.${host}/${path}` : `https://${host}/${encodedKey(reference.bucket)}/${path}`;
    }
    case 'gs':
      return `https://storage.googleapis.com/${encodedKey(reference.bucket)}/${encodedKey(reference.key)}`;
    case 'az':
      return `https://${reference.account}.blob.core.windows.net/${encodedKey(reference.container)}/${encodedKey(reference.key)}`;
    case 'file':
      return null;
    default:
      return reference.url;
  }
}

function accessPointUrl(arn: string, key: string): string | null {
  const point = accessPointOf(arn);
  if (point === null) return null;
  const suffix = point.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${hostLabelOf(point)}.s3-accesspoint.${point.region}.${suffix}/${encodedKey(key)}`;
}

/** Each byte but RFC 3986's unreserved ones and `/` as `%XX`, once. */
function encodedKey(key: string): string {
  return key
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`))
    .join('/');
}

function lastPart(path: string, separator: RegExp): string {
  const parts = path.split(separator);
  const last = parts.pop() ?? '';
  if (last !== '') return last;
  const folder = parts.findLast((part) => part !== '');
  return folder === undefined ? '' : `${folder}/`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
