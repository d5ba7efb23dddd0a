import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountKey, rulesFor, serveAzure, withKey } from '../clouds/azure-room.ts';
import { rawGet } from '../links/raw-get.ts';
import type { AzureServer } from '../servers/azure-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { cellsInWords, got, openTestLibrary, picture, type TestLibrary, tableOf } from './test-library.ts';

let server: AzureServer;
let library: TestLibrary;
const addresses = [
  'az://mediaaccount/media/a b#1.png',
  'wasbs://open@mediaaccount.blob.core.windows.net/public.png',
  'abfss://media@mediaaccount.dfs.core.windows.net/missing.png',
];

beforeAll(async () => {
  server = await serveAzure();
  server.put('mediaaccount', 'media', 'a b#1.png', storedObject(await picture(31, 17), { type: 'image/png' }));
  server.put('mediaaccount', 'open', 'public.png', storedObject(await picture(23, 11), { type: 'image/png' }));
  library = await openTestLibrary({ env: withKey, settings: { stores: rulesFor(server) } });
  await tableOf(library.client, addresses);
});
afterAll(async () => {
  await library.end();
  await server.close();
});

test('blobs named in every form are computed over, linked and told apart from what is missing', async () => {
  const { client } = library;
  got(
    await client.columns.addComputed({ table: 'pictures', name: 'width', expression: 'image.width', compute: 'wait', onError: 'ignore' }),
  );
  expect(await cellsInWords(client, 'pictures', 'width')).toEqual(['31', '23', 'not_found']);
  const links = got(await client.links.presign({ urls: addresses, expiresSeconds: 3_600, overCap: 'refuse', verify: true }));
  const told = links.map((each) => (each.ok ? [each.link.fileurl, each.link.signed_as, each.link.verified] : each.error.cause));
  expect(told).toEqual([
    ['az://mediaaccount/media/a b#1.png', 'the key of mediaaccount', true],
    ['az://mediaaccount/open/public.png', 'the key of mediaaccount', true],
    ['az://mediaaccount/media/missing.png', 'the key of mediaaccount', false],
  ]);
  for (const each of links.slice(0, 2)) expect(each.ok && (await rawGet(each.link.url)).status).toBe(200);
  const signatures = links.flatMap((each) => (each.ok ? [/sig=([^&]+)/.exec(each.link.url)?.[1] ?? ''] : []));
  for (const secret of [accountKey, ...signatures]) expect(library.logText()).not.toContain(secret);
});

test('the key is among the accounts, without itself', async () => {
  const { accounts } = got(await library.client.accounts.list({}));
  expect(accounts.map(({ provider, name, kind, isDefault }) => [provider, name, kind, isDefault])).toEqual([
    ['azure', 'mediaaccount', 'keys', true],
  ]);
  expect(JSON.stringify(accounts)).not.toContain(accountKey);
});
