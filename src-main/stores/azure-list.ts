/** One page of a container's listing. */
import type { BlobItem } from '@azure/storage-blob';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import type { AzureIdentity } from '../credentials/azure.ts';
import type { AzureAccess } from './azure-access.ts';
import { hostOf, plainHeaders, textOf } from './azure-answer.ts';
import { blobService, understood } from './azure-library.ts';
import type { AzureRoute } from './azure-route.ts';
import type { ListedObject, ListOptions, ListPage, TrafficMeter } from './store.ts';

/** The provider's own most entries a page: https://learn.microsoft.com/rest/api/storageservices/list-blobs */
const mostEntries = 5_000;

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

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
  const { access, route, bucket } = asked;
  const { isRecursive, cursor, limit, signal } = asked.options;
  const host = hostOf(route.endpoint);
  const service = await blobService(route.endpoint, 'EnumerationResults', async (request) => {
    const answer = await access.send(route, asked.identity, { ...request, signal, isListing: true });
    return { status: answer.status, headers: plainHeaders(answer), text: withPlainNames(await textOf(answer, signal, host, asked.meter)) };
  });
  const container = service.getContainerClient(route.container);
  const wish = asked.prefix === '' ? {} : { prefix: asked.prefix };
  const paging = { maxPageSize: Math.min(limit ?? mostEntries, mostEntries), ...(cursor === null ? {} : { continuationToken: cursor }) };
  return understood(route.endpoint, async () => {
    if (isRecursive) {
      for await (const page of container.listBlobsFlat(wish).byPage(paging)) {
        return pageOf(bucket, page.segment.blobItems, [], page.continuationToken);
      }
    } else {
      for await (const page of container.listBlobsByHierarchy('/', wish).byPage(paging)) {
        return pageOf(bucket, page.segment.blobItems, page.segment.blobPrefixes ?? [], page.continuationToken);
      }
    }
    return pageOf(bucket, [], [], undefined);
  });
}

/**
 * Writes names with numeric references in the form that Azure has for names beyond XML, percent-encoded and marked so: the library's parser
 * leaves `&#xD;` as it stands and makes a line feed of a carriage return.
 */
function withPlainNames(xml: string): string {
  return xml.replace(/<Name>([^<]*&#[^<]*)<\/Name>/g, (_, escaped: string) => {
    const name = escaped.replace(
      /&(?:#x([0-9a-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi,
      (__, hex?: string, decimal?: string, named?: string) => {
        if (named !== undefined) return references[named.toLowerCase()] ?? '';
        const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
      },
    );
    return `<Name Encoded="true">${encodeURIComponent(name.toWellFormed())}</Name>`;
  });
}

function pageOf(bucket: string, blobs: readonly BlobItem[], prefixes: readonly { name: string }[], marker: string | undefined): ListPage {
  const objects: ListedObject[] = [];
  let placeholders = 0;
  let empty = 0;
  for (const { name: key, properties } of blobs) {
    const { contentLength: size, etag, lastModified, accessTier } = properties;
    if (size === 0 && key.endsWith('/')) placeholders += 1;
    else if (size === 0) empty += 1;
    else {
      objects.push({
        reference: keyedAddress({ scheme: 'az', bucket, key }),
        size: size ?? null,
        // Listings leave out the quotes that answers to HEAD and GET have.
        etag: etag === undefined ? null : `"${etag.replaceAll('"', '')}"`,
        modified: lastModified?.toISOString() ?? null,
        storageClass: accessTier === undefined || accessTier === 'Hot' ? null : accessTier,
      });
    }
  }
  const folders = prefixes.map(({ name }) => ({ scheme: 'az' as const, bucket, prefix: name }));
  return { objects, folders, placeholders, empty, cursor: marker || null };
}
