/** Links a second, beside `getSignedUrl` of the providers' own libraries in the same run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Storage } from '@google-cloud/storage';
import type { Figure } from '../../scripts/bench-figure.ts';
import { cloudRooms, signOptions } from '../links/cloud-rooms.ts';
import { objectReference } from '../links/odd-keys.ts';
import { makeServiceAccount } from '../servers/service-account.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIAREADER', AWS_SECRET_ACCESS_KEY: 'reader-secret' };
/** Links of one bucket, as a user copies them. */
const bulk = 10_000;

async function perSecond(count: number, once: (index: number) => Promise<unknown>): Promise<number> {
  for (let index = 0; index < count / 10; index += 1) await once(index);
  const from = performance.now();
  for (let index = 0; index < count; index += 1) await once(index);
  return (count * 1000) / (performance.now() - from);
}

/**
 * The middle of five measurements of each, in turn, so that what else the machine does meets both alike.
 * @returns links a second of the product and of the yardstick, and the middle of their ratios
 */
async function beside(product: () => Promise<number>, yardstick: () => Promise<number>) {
  const rounds: { value: number; yardstick: number; ratio: number }[] = [];
  for (let round = 0; round < 5; round += 1) {
    const value = await product();
    const other = await yardstick();
    rounds.push({ value, yardstick: other, ratio: value / other });
  }
  rounds.sort((one, other) => one.ratio - other.ratio);
  return rounds[2] ?? { value: 0, yardstick: 1, ratio: 0 };
}

export async function run(): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'vitrine-bench-'));
  const account = makeServiceAccount('https://oauth2.googleapis.com/token');
  const keyFilename = join(home, 'key.json');
  writeFileSync(keyFilename, JSON.stringify(account.keyFile));
  try {
    const env = { ...keys, GOOGLE_APPLICATION_CREDENTIALS: keyFilename };
    const rules = [{ match: 's3://media', region: 'eu-west-1' }];
    const options = signOptions();
    const client = new S3Client({ region: 'eu-west-1', credentials: { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' } });
    const bySdk = (index: number) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: 'media', Key: `photos/${index}.jpg` }), { expiresIn: 3_600 });
    // One at a time means that nothing is kept from one link to the next but what a program that runs keeps: its rooms.
    const { links } = cloudRooms({ env, home, rules });
    const s3 = (index: number) => links.sign(objectReference('s3', 'media', `photos/${index}.jpg`), options);
    const single = await beside(
      () => perSecond(300, s3),
      () => perSecond(300, bySdk),
    );
    const many = await beside(
      () => perSecond(bulk, s3),
      () => perSecond(1_000, bySdk),
    );
    const bucket = new Storage({ keyFilename }).bucket('media');
    const gcs = await beside(
      () => perSecond(300, (index) => links.sign(objectReference('gs', 'media', `photos/${index}.jpg`), options)),
      () =>
        perSecond(100, (index) =>
          bucket.file(`photos/${index}.jpg`).getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + 3_600_000 }),
        ),
    );
    return [
      { name: 'S3 links, one at a time', unit: 'links/s', ...single, want: { atLeast: 0.9 } },
      { name: `S3 links, ${bulk} of one bucket`, unit: 'links/s', ...many, want: { atLeast: 4 } },
      { name: 'Cloud Storage links', unit: 'links/s', ...gcs },
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
