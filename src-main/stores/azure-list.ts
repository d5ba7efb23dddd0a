/**
 * One page of a container's listing.
 *
 * Note: why listings of Azure are not read by `@azure/storage-blob`. Its parser takes some fifty times as long as this one: a page of 5,000 blobs
 * holds up the whole process for a large part of a second. It also leaves `&#xD;` in names as it stands, and such a blob is not found again.
 */
import { fail } from '../../src-shared/model/error.ts';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import type { AzureIdentity } from '../credentials/azure.ts';
import type { AzureAccess } from './azure-access.ts';
import { hostOf, textOf } from './azure-answer.ts';
import type { AzureRoute } from './azure-route.ts';
import type { ListedObject, ListOptions, ListPage, TrafficMeter } from './store.ts';

/** The provider's own most entries a page: https://learn.microsoft.com/rest/api/storageservices/list-blobs */
const mostEntries = 5_000;

/** Asks for the page that `cursor` begins, which is Azure's marker. Throws `Failure`. @param asked.bucket `account/container` */
export async function listContainer(asked: {
  access: AzureAccess;
  meter: TrafficMeter;
  route: AzureRoute;
  identity: AzureIdentity | null;
  bucket: string;
  prefix: string;
  options: ListOptions;
}): Promise<ListPage> {
  const { access, route } = asked;
  const { isRecursive, cursor, limit, signal } = asked.options;
  const query = Object.entries({
    restype: 'container',
    comp: 'list',
    ...(asked.prefix === '' ? {} : { prefix: asked.prefix }),
    ...(isRecursive ? {} : { delimiter: '/' }),
    ...(cursor === null ? {} : { marker: cursor }),
    maxresults: String(Math.min(limit ?? mostEntries, mostEntries)),
  }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const { path } = access.addressOf(route, '');
  const request = { method: 'GET', path, query: query.join('&'), headers: {}, signal, isListing: true } as const;
  const host = hostOf(route.endpoint);
  const xml = await textOf(await access.send(route, asked.identity, request), signal, host, asked.meter);
  if (!/^\s*(?:<\?xml[^>]*>)?\s*<EnumerationResults[\s>]/.test(xml)) {
    throw fail('server_error', { message: `${host} answered something that is not Azure Blob Storage.`, next: 'Check the address.' });
  }
  return pageOf(xml, asked.bucket);
}

/** Reads a page. What it holds is escaped, so `<` begins an element and nothing else. */
function pageOf(xml: string, bucket: string): ListPage {
  const objects: ListedObject[] = [];
  const folders: ListPage['folders'][number][] = [];
  let placeholders = 0;
  let empty = 0;
  for (const { kind, inner } of entriesOf(xml)) {
    const key = nameIn(inner);
    if (key === null) continue;
    if (kind === 'BlobPrefix') {
      folders.push({ scheme: 'az', bucket, prefix: key });
      continue;
    }
    const size = sizeOf(elementIn(inner, 'Content-Length'));
    const etag = elementIn(inner, 'Etag');
    const modified = Date.parse(elementIn(inner, 'Last-Modified') ?? '');
    const tier = elementIn(inner, 'AccessTier');
    if (size === 0 && key.endsWith('/')) placeholders += 1;
    else if (size === 0) empty += 1;
    else {
      objects.push({
        reference: keyedAddress({ scheme: 'az', bucket, key }),
        size,
        // Listings leave out the quotes that answers to HEAD and GET have.
        etag: etag === null ? null : `"${etag.replaceAll('"', '')}"`,
        modified: Number.isNaN(modified) ? null : new Date(modified).toISOString(),
        storageClass: tier === 'Hot' ? null : tier,
      });
    }
  }
  return { objects, folders, placeholders, empty, cursor: elementIn(xml.slice(-4_096), 'NextMarker') };
}

/** Blobs and prefixes in their order; an entry that does not end is the end. */
function* entriesOf(xml: string): Generator<{ kind: string; inner: string }> {
  const opening = /<(Blob|BlobPrefix)>/g;
  for (let found = opening.exec(xml); found !== null; found = opening.exec(xml)) {
    const kind = found[1] ?? '';
    const end = xml.indexOf(`</${kind}>`, opening.lastIndex);
    if (end < 0) return;
    yield { kind, inner: xml.slice(opening.lastIndex, end) };
    opening.lastIndex = end;
  }
}

/** Names with characters that XML cannot hold come percent-encoded and say so; those that are no text at all are left out. */
function nameIn(inner: string): string | null {
  const found = /<Name( Encoded="true")?>([^<]*)<\/Name>/.exec(inner);
  const text = unescaped(found?.[2] ?? '');
  if (text === '') return null;
  if (found?.[1] === undefined) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The text of an element, null where it is absent or empty. */
function elementIn(xml: string, name: string): string | null {
  const open = `<${name}>`;
  const start = xml.indexOf(open);
  const end = start < 0 ? -1 : xml.indexOf('<', start + open.length);
  return end < 0 ? null : unescaped(xml.slice(start + open.length, end)) || null;
}

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi, (all, hex?: string, decimal?: string, named?: string) => {
    if (named !== undefined) return references[named.toLowerCase()] ?? all;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
  });
}

function sizeOf(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
