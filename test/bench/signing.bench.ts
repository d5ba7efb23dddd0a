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

async function perSecond(count: number, once: (index: number) => Promise<unknown>): Promise<number> {
  for (let index = 0; index < count / 10; index += 1) await once(index);
  const from = performance.now();
  for (let index = 0; index < count; index += 1) await once(index);
  return (count * 1000) / (performance.now() - from);
}

function figure(name: string, value: number, yardstick: number, want?: Figure['want']): Figure {
  return { name, unit: 'links/s', value, yardstick, ratio: value / yardstick, ...(want === undefined ? {} : { want }) };
}

export async function run(): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'vitrine-bench-'));
  const account = makeServiceAccount('https://oauth2.googleapis.com/token');
  const keyFilename = join(home, 'key.json');
  writeFileSync(keyFilename, JSON.stringify(account.keyFile));
  try {
    const env = { ...keys, GOOGLE_APPLICATION_CREDENTIALS: keyFilename };
    const { links } = cloudRooms({ env, home, rules: [{ match: 's3://media', region: 'eu-west-1' }] });
    const options = signOptions();
    const s3 = await perSecond(3_000, (index) => links.sign(objectReference('s3', 'media', `photos/${index}.jpg`), options));
    const client = new S3Client({ region: 'eu-west-1', credentials: { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' } });
    const s3Yardstick = await perSecond(1_000, (index) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: 'media', Key: `photos/${index}.jpg` }), { expiresIn: 3_600 }),
    );
    const gcs = await perSecond(500, (index) => links.sign(objectReference('gs', 'media', `photos/${index}.jpg`), options));
    const bucket = new Storage({ keyFilename }).bucket('media');
    const gcsYardstick = await perSecond(300, (index) =>
      bucket.file(`photos/${index}.jpg`).getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + 3_600_000 }),
    );
    return [figure('S3 links', s3, s3Yardstick, { atLeast: 2 }), figure('Cloud Storage links', gcs, gcsYardstick)];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
