import { expect, test } from 'vitest';
import { cloudRooms, memoryOf } from '../links/cloud-rooms.ts';

const signal = new AbortController().signal;
const buckets = [
  'media',
  '127.0.0.1',
  '127.0.0.1:9000',
  'localhost',
  '10.0.0.1.',
  'evil.example#',
  'evil.example?',
  'evil.example%2f',
  'me:secret@evil.example',
  '[::1]',
  'a\\b',
  'media.internal.',
  ' ',
  'ü',
];

test.each(buckets)('a bucket named “%s” leads to no host but the provider’s', async (bucket) => {
  // The region is known, so that nobody is asked.
  const rules = [
    { match: `s3://${bucket}`, region: 'eu-west-1' },
    { match: `s3://${bucket}/virtual/`, region: 'eu-west-1', path_style: false },
  ];
  const { s3, gcs } = cloudRooms({ rules });
  const hosts = [];
  for (const key of ['a', 'virtual/a', '@evil.example/a']) {
    const url = new URL(`https://${s3.addressOf(await s3.route({ bucket, key }, signal), key).host}/`);
    hosts.push(url.host.replace(/^.*(?=s3\.eu-west-1\.amazonaws\.com$)/, ''), url.username);
    hosts.push(new URL(`https://${gcs.addressOf(gcs.route({ bucket, key }), key).host}/`).host);
  }
  expect([...new Set(hosts)].sort()).toEqual(['', 's3.eu-west-1.amazonaws.com', 'storage.googleapis.com']);
});

test.each(['127.0.0.1', 'evil.example', 'eu-west-1.evil.example/', 'x@127.0.0.1', 'eu-west-1#'])(
  'an answer that names the region “%s” is not followed',
  async (region) => {
    const memory = memoryOf(new Map());
    const { s3 } = cloudRooms({ memory, rules: [{ match: 's3://media', region: 'eu-west-1' }] });
    expect([s3.learnRegion(await s3.route({ bucket: 'media', key: 'a' }, signal), region), memory.get('s3-region aws media')]).toEqual([
      false,
      null,
    ]);
  },
);
