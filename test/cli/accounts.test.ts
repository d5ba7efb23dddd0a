import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const keys = { accessKeyId: 'AKIAOWNKEYS0007Q', secretAccessKey: 'own-secret-text' };
let line: CommandLine;
let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3Server({ keys: [keys], buckets: { media: {}, closed: { readers: [] } } });
  s3.put('media', 'a.jpg', storedObject('picture', { type: 'image/jpeg' }));
  line = commandLine({ keepsOpen: true });
});
afterAll(async () => {
  await line.remove();
  await s3.close();
});
const withoutPorts = (text: string) => text.replaceAll(/127\.0\.0\.1:\d+/g, 'server').replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'AN-END');
const keyFile = () => join(line.folder, 'home', '.config', 'vitrine', 'keys.json');

describe('accounts on the command line', () => {
  it('saves keys from the standard input, and asks at a terminal before a file is used', async () => {
    const save = ['accounts', 'save', 'minio', '--endpoint', s3.origin, '--match', 's3://media/'];
    const input = `${keys.accessKeyId}\n${keys.secretAccessKey}\n`;
    expect(await line.run(save, { input })).toEqual({
      code: 2,
      out: '',
      err: `This computer has no keychain that Vitrine can reach; nothing was saved. Add --in-file to keep the keys in ${keyFile()}, which you alone may read.\n`,
    });
    const declined = await line.run(save, { answers: [keys.accessKeyId, keys.secretAccessKey, 'n'] });
    expect([declined.code, declined.err.includes(keys.secretAccessKey)]).toEqual([2, false]);
    const agreed = await line.run(save, { answers: [keys.accessKeyId, keys.secretAccessKey, 'y'] });
    expect(agreed).toEqual({
      code: 0,
      out: `The keys "minio" are in ${keyFile()}, which you alone may read.\nThey are used for s3://media/ from now on.\n`,
      err: `Access key: \nSecret key (not shown): \nThis computer has no keychain that Vitrine can reach. Keep the keys in ${keyFile()}, which you alone may read? [y/N] \n`,
    });
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    const json = await line.run(['--json', ...save, '--in-file'], { input });
    expect(JSON.parse(json.out)).toEqual({ name: 'minio', kept_in: 'file', file: keyFile(), match: 's3://media/' });
    expect((await line.run(save, { input: 'only-one-line\n' })).err).toBe(
      'The access key and the secret key are read from the standard input, one a line; one is missing. Nothing was saved.\n',
    );
    expect((await line.run(['accounts', 'save', 'x', 'KEY', 'SECRET'], { input })).code).toBe(2);
  });

  it('lists what was found without a secret', async () => {
    mkdirSync(join(line.folder, 'home', '.aws'));
    writeFileSync(join(line.folder, 'home', '.aws', 'credentials'), '[default]\naws_access_key_id=AKIAX\naws_secret_access_key=hidden\n');
    const { code, out, err } = await line.run(['accounts', 'list']);
    const lines = out.split('\n');
    expect([code, err, lines.length]).toEqual([0, '', 4]);
    expect(lines[0]).toMatch(/^provider {2}name +kind +ends {2}found in/);
    expect(lines[1]).toMatch(/^AWS +default +keys.* used first$/);
    expect(lines[2]).toMatch(/^AWS +minio +saved, key AKIA…7Q for http:\/\/127\.0\.0\.1:\d+ .*keys\.json$/);
    const json = await line.run(['--json', 'accounts', 'list']);
    expect((JSON.parse(json.out) as { name: string }[]).map(({ name }) => name)).toEqual(['default', 'minio']);
    expect(`${out}${json.out}`).not.toMatch(/hidden|own-secret/);
  });

  it('tests the way to a file step by step, with exit 1 where a step failed', async () => {
    const good = await line.run(['accounts', 'test', 's3://media/a.jpg']);
    expect([good.code, withoutPorts(good.out)]).toEqual([
      0,
      [
        '1 ✓ identity  saved keys minio: the store rule “s3://media/” names them',
        '2 ✓ region    us-east-1: the bucket says so',
        '3 ✓ endpoint  http://server: the saved keys belong to it',
        '4 ✓ stat      7 B, image/jpeg',
        '5 ✓ one byte  read',
        '6 ✓ link      can be made, until AN-END at most',
        '',
      ].join('\n'),
    ]);
    const gone = await line.run(['accounts', 'test', 's3://media/gone.jpg']);
    expect([gone.code, gone.out.split('\n').slice(3)]).toEqual([
      1,
      [
        '4 ✗ stat      There is no file at this address. Correct the address, or remove the row.',
        '5 – one byte  not tried, since step 4 failed',
        '6 – link      not tried, since step 4 failed',
        '',
      ],
    ]);
    const json = await line.run(['--json', 'accounts', 'test', 's3://media/gone.jpg']);
    expect([json.code, JSON.parse(json.out)]).toMatchObject([
      1,
      { url: 's3://media/gone.jpg', steps: [{}, {}, {}, { state: 'failed' }, {}, {}] },
    ]);
    expect((await line.run(['accounts', 'test', 'ftp://x'])).code).toBe(2);
  });

  it('forgets keys, and names the rules that still want them', async () => {
    expect(await line.run(['accounts', 'forget', 'minio'])).toEqual({
      code: 0,
      out: 'The keys "minio" are forgotten.\n',
      err: 'The store rule for s3://media/ still names them.\n',
    });
    const again = await line.run(['accounts', 'forget', 'minio']);
    expect([again.code, again.err]).toEqual([2, 'There are no saved keys "minio". See the names with "vitrine accounts list".\n']);
    expect(readFileSync(keyFile(), 'utf8')).not.toContain(keys.secretAccessKey);
  });
});

describe('settings on the command line', () => {
  const file = () => readFileSync(join(line.folder, 'library', 'settings.json'), 'utf8');
  it('shows, sets and unsets single values and keeps what the user wrote', async () => {
    await line.run(['settings', 'set', 'stores', '[]']);
    writeFileSync(join(line.folder, 'library', 'settings.json'), '{\n    "network": { "allowed_hosts": ["nas.local"] }\n}\n');
    expect(await line.run(['settings', 'set', 'cache.limit', '20GB'])).toEqual({
      code: 0,
      out: 'cache.limit is 20000000000 now.\n',
      err: '',
    });
    expect((await line.run(['settings', 'set', 'looking.fetch', 'when_asked'])).code).toBe(0);
    expect((await line.run(['settings', 'set', 'stores.0', '{"match":"s3://media","path_style":true}'])).code).toBe(0);
    expect((await line.run(['settings', 'set', 'stores.0.region', 'eu-west-1'])).code).toBe(0);
    expect(file()).toBe(
      `${JSON.stringify(
        {
          network: { allowed_hosts: ['nas.local'] },
          cache: { limit: 20_000_000_000 },
          looking: { fetch: 'when_asked' },
          stores: [{ match: 's3://media', path_style: true, region: 'eu-west-1' }],
        },
        null,
        4,
      )}\n`,
    );
    expect((await line.run(['settings', 'show', 'looking.fetch'])).out).toBe('when_asked\n');
    expect(JSON.parse((await line.run(['--json', 'settings', 'show', 'cache'])).out)).toEqual({
      ...{ limit: 20_000_000_000, folder: null, stream_above: null, check_after_hours: 24 },
    });
    expect(await line.run(['settings', 'set', 'network.bandwidth', '5MB'])).toMatchObject({ out: 'network.bandwidth is 5000000 now.\n' });
    expect(await line.run(['settings', 'set', 'cache.stream_above', 'null'])).toMatchObject({ out: 'cache.stream_above is null now.\n' });
    for (const key of ['network.bandwidth', 'cache.stream_above']) await line.run(['settings', 'unset', key]);
    const { out } = await line.run(['settings', 'show']);
    expect(out).toMatch(/^network\.concurrency +16 +default$/m);
    expect(out).toMatch(/^cache\.limit +20000000000$/m);
    expect((await line.run(['settings', 'unset', 'looking.fetch'])).out).toBe(
      'looking.fetch is no longer set. The default is as_needed.\n',
    );
    expect((await line.run(['settings', 'unset', 'looking.fetch'])).out).toBe('looking.fetch was not set. The default is as_needed.\n');
    expect((await line.run(['settings', 'unset', 'stores.0'])).code).toBe(0);
    expect(JSON.parse(file())).toEqual({ network: { allowed_hosts: ['nas.local'] }, cache: { limit: 20_000_000_000 } });
  });

  it.each([
    ['set cahce.limit 20GB', 'There is no setting “cahce”. Did you mean “cache”? Correct it; nothing was changed.'],
    ['set cache.limit 5', '“cache.limit” must be a whole number of bytes from 1000000 on. Correct it; nothing was changed.'],
    ['set looking.fetch never', '“looking.fetch” must be as_needed, header_bytes or when_asked. Correct it; nothing was changed.'],
    ['set stores.3 {}', 'There is no “stores.3”: the list has 1 entries. Use 0 to 1.'],
    ['set stores.1 {"match":"s3://media"}', 'There is a store rule for “s3://media” already. Change that one.'],
    ['set a..b 1', '“a..b” is not the name of a setting. Write it in dots, such as cache.limit.'],
    ['unset cahce', 'There is no setting “cahce”. Did you mean “cache”?'],
    ['show looking.fecth', 'There is no setting "looking.fecth". Did you mean looking.fetch?'],
  ])('refuses “settings %s” with the sentence of the rule', async (command, sentence) => {
    await line.run(['settings', 'set', 'stores', '[{"match":"s3://media"}]']);
    const before = file();
    const { code, err } = await line.run(['settings', ...command.split(' ')]);
    expect([code, err, file()]).toEqual([2, `${sentence}\n`, before]);
  });
});
