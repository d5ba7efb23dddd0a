/** What the inspector says of files that lie in an archive of S3, and of a bucket whose readers pay. */
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../../src-main/hosts/local-socket/connect.ts';
import { tableOf } from '../integration/test-library.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { startChromium } from './find-chromium.ts';
import { openTestWindow, type TestWindow } from './open-window.ts';

const browser = await startChromium();
let server: S3Server;
let opened: TestWindow;

beforeAll(async () => {
  if (!browser) return;
  server = await startS3Server({
    keys: [{ accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' }],
    buckets: { cold: { requesterPays: true } },
  });
  const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#668844' } })
    .jpeg()
    .toBuffer();
  const put = (key: string, headers: Record<string, string>) =>
    server.put('cold', key, storedObject(picture, { type: 'image/jpeg', headers }));
  put('away.jpg', { 'x-amz-storage-class': 'DEEP_ARCHIVE' });
  put('back.jpg', {
    'x-amz-storage-class': 'GLACIER',
    'x-amz-restore': 'ongoing-request="false", expiry-date="Thu, 03 Dec 2026 12:00:00 GMT"',
  });
  const env = {
    AWS_ENDPOINT_URL_S3: server.origin,
    AWS_ACCESS_KEY_ID: 'AKIAREADER',
    AWS_SECRET_ACCESS_KEY: 'reader-secret',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  opened = await openTestWindow(browser, {
    env,
    settings: { stores: [{ match: 's3://cold', requester_pays: true }], looking: { fetch: 'when_asked' } },
  });
  await tableOf(opened.owned.connectionFor(commandLine).client, ['s3://cold/away.jpg', 's3://cold/back.jpg'], 'cold');
}, 60_000);

afterAll(async () => {
  if (!browser) return;
  await opened.close();
  await browser.close();
  await server.close();
});

test.skipIf(!browser)(
  'asking says where an archived file stands and who is billed',
  async () => {
    const { page } = opened;
    await page.getByRole('treeitem', { name: 'cold' }).click();
    for (const [name, line] of [
      ['away.jpg', 'Must be restored first'],
      ['back.jpg', 'Restored until '],
    ] as const) {
      await page.getByRole('gridcell', { name }).click();
      await page.getByRole('heading', { name }).waitFor();
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await page.getByText(line).waitFor();
      await page.getByText('Billed to you, not the owner').waitFor();
      await opened.screen(`archived-${name.slice(0, 4)}`);
    }
    expect(await opened.axeFinds()).toEqual([]);
  },
  60_000,
);
