/**
 * The store and the links against Azurite, Microsoft's own emulator, which checks signatures by code that is not ours. It is too large to be
 * installed with the project: start it, say by `npx --package azurite azurite-blob --inMemoryPersistence --skipApiVersionCheck`, and give its address in `VITRINE_AZURITE`.
 */
import { BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import { hasDotSegments } from '../../src-main/links/dot-segments.ts';
import { createAzureStore } from '../../src-main/stores/azure.ts';
import { createRetryPolicy } from '../../src-main/stores/retry.ts';
import type { ListPage, ReadAnswer } from '../../src-main/stores/store.ts';
import { cloudRooms, signOptions } from '../links/cloud-rooms.ts';
import { oddKeys } from '../links/odd-keys.ts';
import { rawGet, rawHead } from '../links/raw-get.ts';
import { blobReference } from './azure-room.ts';

const origin = process.env.VITRINE_AZURITE?.replace(/\/+$/, '');
const account = 'devstoreaccount1';
const container = `vitrine-${Date.now().toString(36)}`;
/** Every emulator has it. */
const publishedKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

if (!origin) console.warn('SKIPPED: Azurite is not asked, because VITRINE_AZURITE names no address such as http://127.0.0.1:10000.');

/** The provider's client, which puts them there, resolves dot segments before it sends and makes slashes of backslashes. */
const keys = oddKeys.filter((key) => !hasDotSegments(key) && !key.includes('\\'));
const blob = (key: string) => blobReference(container, key, undefined, account);

async function textOf(answer: ReadAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

test.skipIf(!origin)('Azurite lets every odd name be read, listed and linked', async () => {
  const put = new BlobServiceClient(`${origin}/${account}`, new StorageSharedKeyCredential(account, publishedKey));
  await put.createContainer(container);
  for (const key of keys)
    await put
      .getContainerClient(container)
      .getBlockBlobClient(key)
      .upload(`bytes of ${key}`, Buffer.byteLength(`bytes of ${key}`));

  const rules = [{ match: `az://${account}/${container}`, endpoint: origin ?? '' }];
  const { azure, links } = cloudRooms({ env: { AZURE_STORAGE_CONNECTION_STRING: 'UseDevelopmentStorage=true' }, rules });
  const meter = { requestSent() {}, bytesReceived() {} };
  const store = createAzureStore({ access: azure, meter, retryPolicy: createRetryPolicy(() => 0), sleep: async () => {} });
  const { signal } = new AbortController();

  const listed: string[] = [];
  let cursor: string | null = null;
  do {
    const page: ListPage = await store.list(
      { scheme: 'az', bucket: `${account}/${container}`, prefix: '' },
      { isRecursive: true, cursor, limit: 7, signal },
    );
    for (const { reference } of page.objects) if (reference.scheme === 'az') listed.push(reference.key);
    cursor = page.cursor;
  } while (cursor !== null);
  expect(listed.sort()).toEqual([...keys].sort());

  for (const key of keys) {
    expect(await textOf(await store.read(blob(key), { range: null, signal }))).toBe(`bytes of ${key}`);
    const link = await links.sign(blob(key), signOptions());
    expect(link.ok && (await rawGet(link.value.url)), key).toEqual({ status: 200, body: `bytes of ${key}` });
  }
  const { size, etag } = await store.stat(blob('plain.jpg'), signal);
  expect(size).toBe('bytes of plain.jpg'.length);
  const part = await store.read(blob('plain.jpg'), { range: { start: 9, end: 14 }, ifMatch: etag ?? '', signal });
  expect([await textOf(part), part.size]).toEqual(['plain', size]);
  const named = await links.sign(blob('plain.jpg'), signOptions({ filename: 'Grüße.jpg', contentType: 'image/jpeg' }));
  const { headers } = await rawHead(named.ok ? named.value.url : '');
  expect([headers['content-disposition'], headers['content-type']]).toEqual([
    'attachment; filename="Gr??e.jpg"; filename*=UTF-8\'\'Gr%C3%BC%C3%9Fe.jpg',
    'image/jpeg',
  ]);
  expect((await rawGet((named.ok ? named.value.url : '').replace('sp=r', 'sp=rw'))).status).toBe(403);
  azure.close();
  await put.deleteContainer(container);
});
