/** Buckets on the command line: listed, imported by prefix and glob, and refreshed, over a server that speaks S3. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CommandLine, commandLine, withoutTimes } from './command-line.ts';

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };

describe('buckets on the command line', () => {
  let line: CommandLine;
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3Server({ buckets: { media: {}, closed: { readers: [] } }, keys: [keys] });
    for (const key of ['top.txt', 'shots/a.jpg', 'shots/.b.jpg', 'shots/2026/c*.jpg', 'shots/2026/d #?+é .JPG', 'shots/2026//../e.jpg'])
      s3.put('media', key, storedObject(`bytes of ${key}`));
    s3.put('media', 'shots/', storedObject(''));
    s3.put('media', 'shots/2026/empty.jpg', storedObject(''));
    const env = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };
    line = commandLine({ keepsOpen: true, env: { ...env, AWS_ENDPOINT_URL_S3: s3.origin, AWS_REGION: 'us-east-1' } });
    await line.run(['table', 'create', 'shots', 'image:image']);
  });
  afterAll(async () => {
    await s3.close();
    await line.remove();
  });
  const played = async (...argv: string[]) => {
    const { code, out, err } = await line.run(argv);
    return withoutTimes([`exit ${code}`, out.trimEnd(), err.trimEnd()].filter((part) => part !== '').join('\n'));
  };

  it('lists one level, or all that matches, with size, time and name, and says what it left out', async () => {
    expect([
      await played('list', 's3://media'),
      await played('list', 's3://media/shots/', '--recursive', '--glob', '**/*.jpg'),
      await played('list', 's3://media/shots/2026/', '--recursive', '--limit', '2'),
      await played('list', 's3://media/nothing/'),
      await played('list', 's3://closed'),
      await played('list', 'https://example.com/folder/'),
    ]).toMatchInlineSnapshot(`
      [
        "exit 0
            -                        shots/
         16 B  2026-01-02T03:04:05Z  top.txt",
        "exit 0
         21 B  2026-01-02T03:04:05Z  .b.jpg
         29 B  2026-01-02T03:04:05Z  2026//../e.jpg
         26 B  2026-01-02T03:04:05Z  2026/c*.jpg
         20 B  2026-01-02T03:04:05Z  a.jpg
      Left out: 1 folder placeholder, 1 empty object, 1 not matching.",
        "exit 0
         29 B  2026-01-02T03:04:05Z  /../e.jpg
         26 B  2026-01-02T03:04:05Z  c*.jpg
      Left out: 1 empty object.
      Only the first 2 objects; there are more.",
        "exit 0",
        "exit 2
      “s3://closed/” may not be listed by the identity in use. Choose another identity, ask the owner for access, or import a list of its files.",
        "exit 2
      This cannot be listed: only buckets and folders can. Give an address such as s3://bucket/folder/.",
      ]
    `);
  });

  it('prints one JSON document, byte-exact', async () => {
    const { out } = await line.run(['--json', 'list', 's3://media/shots/2026/', '--recursive', '--glob', '!e.jpg']);
    expect(JSON.parse(out)).toEqual({
      objects: ['/../e.jpg', 'c*.jpg', 'd #?+é .JPG'].map((name) => ({
        url: `s3://media/shots/2026/${name}`,
        name,
        size: Buffer.byteLength(`bytes of shots/2026/${name}`),
        modified: '2026-01-02T03:04:05.000Z',
        kind: 'image',
        storage_class: 'STANDARD',
      })),
      folders: [],
      placeholders: 0,
      empty: 1,
      not_matched: 0,
      complete: true,
    });
    expect(JSON.parse((await line.run(['--json', 'list', 's3://media/no/'])).out)).toMatchObject({
      objects: [],
      folders: [],
      complete: true,
    });
    expect(JSON.parse((await line.run(['--json', 'list', 's3://closed'])).out)).toMatchObject({ error: { cause: 'access_denied' } });
  });

  it('imports what a glob matches; a star in a plain address stays a part of its key', async () => {
    expect([
      await played('insert', 'shots', '--prefix', 's3://media/shots/', '--glob', '**/*.jpg', '--dry-run'),
      await played('insert', 'shots', '--prefix', 's3://media/shots/', '--glob', '**/*.jpg'),
      await played('insert', 'shots', '--prefix', 's3://media/shots/', '--skip-duplicates', '--json'),
      await played('insert', 'shots', 's3://media/shots/2026/c*.jpg', '--skip-duplicates'),
      await played('insert', 'shots', '--glob', '*.jpg', 's3://media/shots/a.jpg'),
      await played('insert', 'shots', '--prefix', 's3://closed/'),
      await played('query', 'shots', '--select', 'image, size: image.size'),
    ]).toMatchInlineSnapshot(`
      [
        "exit 0
      4 rows would be inserted, 0 errors, N rows/s
      Left out: 1 folder placeholder, 1 empty object, 1 not matching.",
        "exit 0
      4 rows inserted, 0 errors, N rows/s
      Left out: 1 folder placeholder, 1 empty object, 1 not matching.",
        "exit 0
      {"rows":1,"values":0,"errors":0,"rejected":[],"left_out":{"placeholders":1,"empty":1,"not_matched":0},"seconds":N}",
        "exit 0
      0 rows inserted, 0 errors",
        "exit 2
      --glob goes with --prefix. A * in a URL is part of its key.",
        "exit 2
      “s3://closed/” may not be listed by the identity in use. Choose another identity, ask the owner for access, or import a list of its files.",
        "exit 0
      image                              size
      s3://media/shots/.b.jpg              21
      s3://media/shots/2026//../e.jpg      29
      s3://media/shots/2026/c*.jpg         26
      s3://media/shots/a.jpg               20
      s3://media/shots/2026/d #?+é .JPG    32",
      ]
    `);
  });

  it('refreshes a table as one change: counts first, then new rows in and gone ones in the trash', async () => {
    s3.put('media', 'shots/a.jpg', storedObject('other bytes'));
    s3.put('media', 'shots/new.jpg', storedObject('new bytes'));
    s3.remove('media', 'shots/.b.jpg');
    expect([
      await played('refresh', 'shots', 's3://media/shots/', '--dry-run', '--json'),
      await played('refresh', 'shots', 's3://media/shots/'),
      await played('query', 'shots', '--select', 'name: name(image), size: image.size'),
      await played('refresh', 'shots', 's3://media/shots/'),
      await played('undo'),
      await played('query', 'shots', '--select', 'name: name(image)'),
      await played('refresh', 'shots', 's3://media/shots/', '--keep-gone', '--glob', '*.jpg'),
      await played('refresh', 'shots', 's3://closed/'),
    ]).toMatchInlineSnapshot(`
      [
        "exit 0
      {"new":1,"gone":1,"changed":1,"same":3,"unknown":0,"left_out":{"placeholders":1,"empty":1,"not_matched":0},"values":0,"errors":0}",
        "exit 0
      1 new, 1 gone, 1 changed, 3 as they were
      Left out: 1 folder placeholder, 1 empty object.
      Rows whose file is gone are in the trash.",
        "exit 0
      name         size
      e.jpg          29
      c*.jpg         26
      a.jpg          11
      d #?+é .JPG    32
      new.jpg         9",
        "exit 0
      0 new, 0 gone, 0 changed, 5 as they were
      Left out: 1 folder placeholder, 1 empty object.",
        "exit 0
      Undone: Refreshed shots from s3://media/shots/",
        "exit 0
      name
      .b.jpg
      e.jpg
      c*.jpg
      a.jpg
      d #?+é .JPG",
        "exit 0
      1 new, 1 gone, 0 changed, 1 as they were
      Left out: 1 folder placeholder, 1 empty object, 3 not matching.
      Rows whose file is gone were kept.",
        "exit 2
      “s3://closed/” may not be listed by the identity in use. Choose another identity, ask the owner for access, or import a list of its files.",
      ]
    `);
  });
});
