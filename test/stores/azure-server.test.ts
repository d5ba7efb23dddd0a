import {
  BlobSASPermissions,
  BlobServiceClient,
  ContainerClient,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accountKey, accountSas, otherKey, serveAzure } from '../clouds/azure-room.ts';
import type { AzureServer } from '../servers/azure-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { rawRequest } from './raw-request.ts';

const start = Date.parse('2026-05-06T07:08:09Z');
const end = '2026-05-06T08:00:00Z';
let time: number;
let server: AzureServer;

beforeEach(async () => {
  time = start;
  server = await serveAzure({ now: () => time });
  server.put('mediaaccount', 'media', 'a b#?é.jpg', storedObject('hello', { type: 'image/jpeg' }));
});
afterEach(() => server.close());

const credential = (key: string) => new StorageSharedKeyCredential('mediaaccount', key);
const blobPath = '/mediaaccount/media/a%20b%23%3F%C3%A9.jpg';

/** The query of a SAS for the one blob, made by the provider's own library. */
function sas(rest: { startsOn?: Date; contentDisposition?: string; permissions?: string } = {}, key = accountKey): string {
  return generateBlobSASQueryParameters(
    {
      version: '2021-12-02',
      containerName: 'media',
      blobName: 'a b#?é.jpg',
      expiresOn: new Date(end),
      ...rest,
      permissions: BlobSASPermissions.parse(rest.permissions ?? 'r'),
    },
    credential(key),
  ).toString();
}

const statusOf = async (path: string) => (await rawRequest(server.origin, path)).status;

describe('the loopback server of Azure', () => {
  test('lets the provider’s own client in by the account’s key, and nobody by another', async () => {
    time = Date.now();
    const service = (key: string) =>
      new BlobServiceClient(`${server.origin}/mediaaccount`, credential(key), { retryOptions: { maxTries: 1 } });
    // The library's own version of the protocol is newer than the judge, which matters to a SAS only.
    const container = service(accountKey).getContainerClient('media');
    expect((await container.getBlobClient('a b#?é.jpg').downloadToBuffer()).toString()).toBe('hello');
    const names = [];
    for await (const blob of container.listBlobsFlat({ prefix: 'a b#' })) names.push(blob.name);
    expect(names).toEqual(['a b#?é.jpg']);
    await expect(service(otherKey).getContainerClient('media').getBlobClient('a b#?é.jpg').download()).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthenticationFailed',
    });
    time += 16 * 60_000;
    await expect(container.getBlobClient('a b#?é.jpg').download()).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthenticationFailed',
    });
  });

  test('takes a SAS of the library to its last second and with nothing of it changed', async () => {
    const query = sas({ contentDisposition: 'inline; filename="x y.jpg"' });
    const answer = await rawRequest(server.origin, `${blobPath}?${query}`);
    expect([answer.status, answer.headers['content-disposition']]).toEqual([200, 'inline; filename="x y.jpg"']);
    const changed = [
      query.replace('sp=r', 'sp=rw'),
      query.replace(/se=[^&]+/, 'se=2027-01-01T00%3A00%3A00Z'),
      query.replace('inline', 'attachment'),
      query.replace('sr=b', 'sr=c'),
      query.replace(/sig=.{4}/, 'sig=AAAA'),
      query.replace('sv=2021-12-02', 'sv=2022-11-02'),
      `${query}&st=2026-01-01T00%3A00%3A00Z`,
    ];
    for (const each of changed) expect(await statusOf(`${blobPath}?${each}`), each).toBe(403);
    expect(await statusOf(`/mediaaccount/media/other.jpg?${query}`)).toBe(403);
    expect(await statusOf(`${blobPath}?${sas({}, otherKey)}`)).toBe(403);
    expect(await statusOf(`${blobPath}?${sas({ permissions: 'w' })}`)).toBe(403);
    expect(await statusOf(`${blobPath}?${sas({ startsOn: new Date(start + 60_000) })}`)).toBe(403);
    time = Date.parse(end) - 1;
    expect(await statusOf(`${blobPath}?${query}`)).toBe(200);
    time += 1;
    expect(await statusOf(`${blobPath}?${query}`)).toBe(403);
  });

  test('takes a SAS of a whole account for what it names', async () => {
    const list = '/mediaaccount/media?restype=container&comp=list';
    expect(await statusOf(`${list}&${accountSas(accountKey, { sp: 'rl', se: end })}`)).toBe(200);
    expect(await statusOf(`${list}&${accountSas(accountKey, { sp: 'r', se: end })}`)).toBe(403);
    expect(await statusOf(`${list}&${accountSas(accountKey, { sp: 'rl', se: end, srt: 'o' })}`)).toBe(403);
    expect(await statusOf(`${blobPath}?${accountSas(otherKey, { sp: 'r', se: end })}`)).toBe(403);
  });

  test('shows readers without credentials what is public, and hides the rest', async () => {
    server.put('mediaaccount', 'open', 'a', storedObject('public'));
    expect([await statusOf('/mediaaccount/open/a'), await statusOf(blobPath), await statusOf('/mediaaccount/absent/a')]).toEqual([
      200, 404, 404,
    ]);
    const anonymous = new ContainerClient(`${server.origin}/mediaaccount/open`);
    await expect(anonymous.listBlobsFlat().next()).rejects.toMatchObject({ statusCode: 404, code: 'ResourceNotFound' });
  });
});
