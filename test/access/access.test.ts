/** The way to a file, step by step, on servers that check every signature. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import type { AccessStep } from '../../src-shared/model/access.ts';
import {
  got,
  inSentences,
  newPlace,
  nextEvent,
  openTestLibrary,
  refused,
  type TestLibrary,
  type TestPlace,
} from '../integration/test-library.ts';
import { type GcsServer, startGcsServer } from '../servers/gcs-server.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { type S3Server, startS3Server } from '../servers/s3-server.ts';
import { storedObject } from '../servers/stored-object.ts';

const own = { accessKeyId: 'AKIAOWNKEYS', secretAccessKey: 'own-secret-text' };
const stranger = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'nobody knows it' };
const typed = { accessKeyId: 'typed-key', secretAccessKey: 'typed-secret-text' };
let s3: S3Server;
let gcs: GcsServer;
let http: HttpServer;
/** With keys in the environment; with a profile that AWS_PROFILE names and the server does not know; with nothing. */
let keyed: TestLibrary;
let refusedOne: TestLibrary;
let bare: TestLibrary;

const profileText = (name: string, keys: typeof own) =>
  `[${name}]\naws_access_key_id=${keys.accessKeyId}\naws_secret_access_key=${keys.secretAccessKey}\n`;

function placeWith(credentials: string): TestPlace {
  const place = newPlace();
  mkdirSync(join(place.home, '.aws', 'sso', 'cache'), { recursive: true });
  writeFileSync(join(place.home, '.aws', 'credentials'), credentials);
  return place;
}

beforeAll(async () => {
  s3 = await startS3Server({
    keys: [own, typed],
    buckets: {
      media: { region: 'eu-west-1' },
      open: { region: 'eu-west-1', public: 'read' },
    },
  });
  gcs = await startGcsServer({ buckets: { stills: { public: 'read' } } });
  http = await startHttpServer();
  for (const bucket of ['media', 'open']) s3.put(bucket, 'a b.jpg', storedObject('picture', { type: 'image/jpeg' }));
  gcs.put('stills', 'a.png', storedObject('picture', { type: 'image/png' }));
  const endpoint = { AWS_ENDPOINT_URL_S3: s3.origin };
  const keys = { AWS_ACCESS_KEY_ID: own.accessKeyId, AWS_SECRET_ACCESS_KEY: own.secretAccessKey };
  keyed = await openTestLibrary({ env: { ...keys, ...endpoint }, place: placeWith(profileText('work', own)) });
  const place = placeWith(profileText('work', stranger));
  refusedOne = await openTestLibrary({ env: { ...endpoint, AWS_PROFILE: 'work', AWS_REGION: 'eu-central-1' }, place });
  bare = await openTestLibrary({ env: { STORAGE_EMULATOR_HOST: gcs.origin } });
}, 60_000);
afterAll(async () => {
  for (const library of [keyed, refusedOne, bare]) await library.end();
  await s3.close();
  await gcs.close();
  await http.close();
});

const marks = { ok: '+', failed: '!', skipped: '-' };
/** Steps in short lines; ports and instants differ from run to run. */
const inLines = (steps: readonly AccessStep[]) =>
  steps.map(({ state, step, text, error, endsAt }) =>
    `${marks[state]} ${step} ${text}${error ? ` | ${error.cause} | ${error.next}` : ''}${endsAt === null ? '' : ' | has an end'}`.replaceAll(
      /127\.0\.0\.1:\d+/g,
      'server',
    ),
  );

async function tested({ client }: TestLibrary, url: string): Promise<string[]> {
  const told: AccessStep[] = [];
  const { steps } = got(await client.accounts.test({ url }, { onProgress: (step) => void told.push(step) }));
  expect(told).toEqual(steps);
  return inLines(steps);
}

const setStores = async ({ client }: TestLibrary, stores: z.core.util.JSONType) =>
  got(await client.settings.set({ key: 'stores', value: stores }));

describe('explaining access', () => {
  it('asks nobody, and says what is known', async () => {
    const before = s3.requests.length;
    const explain = async () => got(await refusedOne.client.accounts.explain({ url: 's3://open/a b.jpg' }));
    expect(await explain()).toEqual({
      identity: { value: 'profile work', why: 'AWS_PROFILE names it' },
      region: { value: 'eu-central-1', why: 'the environment or the profile says so; the bucket was not asked' },
      endpoint: { value: s3.origin, why: 'the environment or the profile says so' },
      endsAt: null,
      isReadWithoutCredentials: false,
    });
    expect(s3.requests.length).toBe(before);
    await tested(refusedOne, 's3://open/a b.jpg');
    expect(await explain()).toMatchObject({ region: { value: 'eu-west-1', why: 'the bucket says so' }, isReadWithoutCredentials: true });
  });
});

describe('testing access', () => {
  it('goes six steps to a file that may be read and signed', async () => {
    expect(await tested(keyed, 's3://media/a b.jpg')).toEqual([
      '+ identity environment: keys in the environment come first',
      '+ region eu-west-1: the bucket says so',
      '+ endpoint http://server: the environment or the profile says so',
      '+ stat 7 B, image/jpeg',
      '+ byte read',
      '+ sign can be made | has an end',
    ]);
  });

  it('stops at the first step that fails, and says why the others were not tried', async () => {
    expect(await tested(refusedOne, 's3://media/a b.jpg')).toEqual([
      '+ identity profile work: AWS_PROFILE names it',
      '+ region eu-west-1: the bucket says so',
      '+ endpoint http://server: the environment or the profile says so',
      '! stat The keys of profile work were refused. | access_denied | Correct the keys, or choose another identity.',
      '- byte not tried, since step 4 failed',
      '- sign not tried, since step 4 failed',
    ]);
  });

  it('says that a refused identity was left out, and offers the plain address', async () => {
    expect((await tested(refusedOne, 's3://open/a b.jpg')).slice(3)).toEqual([
      '+ stat 7 B, image/jpeg',
      '+ byte read without credentials: profile work was refused, but the file is public',
      '- sign profile work was refused, so links that it signs would not open; the plain address works and has no end',
    ]);
  });

  it.each([
    ['names a profile', { profile: 'work' }, '+ identity profile work: the store rule “s3://media/” names it'],
    ['reads without credentials', { anonymous: true }, '+ identity none: the store rule “s3://media/” reads it without credentials'],
    [
      'names a profile that is not there',
      { profile: 'gone' },
      '! identity There is no AWS profile “gone”. | no_credentials | Add it with “aws configure --profile gone”, or choose another identity.',
    ],
    [
      'names keys that are not there',
      { keys: 'gone' },
      '! identity There are no saved keys “gone”. | no_credentials | Save them with “vitrine accounts save gone”, or choose another identity.',
    ],
  ])('says who is used where a store rule %s', async (_what, rule, line) => {
    await setStores(keyed, [{ match: 's3://media/', endpoint: s3.origin, region: 'eu-west-1', ...rule }]);
    const lines = await tested(keyed, 's3://media/a b.jpg');
    expect(lines[0]).toBe(line);
    if (lines[0]?.startsWith('+'))
      expect(lines.slice(1, 3)).toEqual([
        '+ region eu-west-1: the store rule “s3://media/” says so',
        '+ endpoint http://server: the store rule “s3://media/” says so',
      ]);
    await setStores(keyed, []);
  });

  it('names a bucket that is not there, and a wrong endpoint', async () => {
    expect((await tested(keyed, 's3://nothing-here/a.jpg')).slice(0, 3)).toEqual([
      '+ identity environment: keys in the environment come first',
      '! region 127.0.0.1 knows no bucket “nothing-here”. | not_found | Correct the address.',
      '- endpoint not tried, since step 2 failed',
    ]);
    writeFileSync(
      join(keyed.place.home, '.aws', 'config'),
      '[profile odd]\nendpoint_url = no address\naws_access_key_id=A\naws_secret_access_key=B\n',
    );
    await setStores(keyed, [{ match: 's3://odd', profile: 'odd' }]);
    expect((await tested(keyed, 's3://odd/a.jpg')).slice(1, 3)).toEqual([
      '- region not tried, since step 3 failed',
      '! endpoint The endpoint “no address” must be a web address such as https://storage.example.com. | invalid_input | Correct it in the settings, in AWS_ENDPOINT_URL_S3 or in the AWS profile.',
    ]);
    await setStores(keyed, []);
  });

  it('works for buckets of Google, web addresses and files', async () => {
    expect(await tested(bare, 'gs://stills/a.png')).toEqual([
      '+ identity none: no credentials were found',
      '- region Google Cloud Storage needs no region.',
      '+ endpoint http://server: STORAGE_EMULATOR_HOST says so',
      '+ stat 7 B, image/png',
      '+ byte read without credentials: the file is public',
      '- sign there are no credentials to sign with; the plain address works and has no end',
    ]);
    expect(await tested(bare, http.put('/a.gif', storedObject('picture', { type: 'image/gif' })))).toEqual([
      '+ identity none: web addresses are read without credentials',
      '- region A web address has none.',
      '+ endpoint http://server: the address itself',
      '+ stat 7 B, image/gif',
      '+ byte read',
      '+ sign the address is a web link already, without an end',
    ]);
    const file = join(bare.place.root, 'a.bmp');
    writeFileSync(file, 'picture');
    expect(await tested(bare, pathToFileURL(file).href)).toEqual([
      '+ identity none: a file on this computer is read as you',
      '- region A file on this computer has none.',
      '- endpoint A file on this computer has none.',
      '+ stat 7 B',
      '+ byte read',
      '- sign a file on this computer has no address that others could open',
    ]);
    expect(inSentences(refused(await bare.client.accounts.test({ url: 'ftp://x/y' })))).toContain('invalid_url: ');
  });
});

describe('keys saved by hand', () => {
  const save = { name: 'minio', region: null, match: 's3://media/', mayUseFile: true, ...typed };
  beforeEach(async () => {
    await setStores(keyed, []);
    await keyed.client.accounts.forget({ name: 'minio' });
  });

  it('read and sign what a rule names them for', async () => {
    expect(got(await keyed.client.accounts.save({ ...save, endpoint: s3.origin, mayUseFile: false }))).toEqual({
      keptIn: null,
      file: join(keyed.place.home, '.config', 'vitrine', 'keys.json'),
    });
    expect(got(await keyed.client.settings.get({})).settings.stores).toEqual([]);
    got(await keyed.client.accounts.save({ ...save, endpoint: s3.origin }));
    expect(await tested(keyed, 's3://media/a b.jpg')).toEqual([
      '+ identity saved keys minio: the store rule “s3://media/” names them',
      '+ region eu-west-1: the bucket says so',
      '+ endpoint http://server: the saved keys belong to it',
      '+ stat 7 B, image/jpeg',
      '+ byte read',
      '+ sign can be made | has an end',
    ]);
    const ask = { expiresSeconds: 60, overCap: 'refuse', verify: true } as const;
    const [link] = got(await keyed.client.links.presign({ urls: ['s3://media/a b.jpg'], ...ask }));
    expect(link).toMatchObject({ ok: true, link: { signed_as: 'saved keys minio', verified: true } });
  });

  it('are sent to no other place than their own, whatever the environment and the rule say', async () => {
    const elsewhere = await startS3Server({ keys: [typed], buckets: { media: {} } });
    got(await keyed.client.accounts.save({ ...save, endpoint: elsewhere.origin }));
    const before = s3.requests.length;
    expect((await tested(keyed, 's3://media/a b.jpg'))[3]).toContain('! stat There is no file at this address.');
    expect([s3.requests.length, elsewhere.requests.length > 0]).toEqual([before, true]);
    got(await keyed.client.settings.set({ key: 'stores.0.endpoint', value: s3.origin }));
    expect((await tested(keyed, 's3://media/a b.jpg'))[0]).toBe(
      '! identity The saved keys “minio” belong to http://server and are not sent to http://server. | invalid_input | Take the endpoint out of the store rule, or save keys for it.',
    );
    expect(s3.requests.slice(before).filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    await elsewhere.close();
  });

  it('take the place of who a rule named before, and a rule that would be wrong keeps them from being saved', async () => {
    await setStores(keyed, [{ match: 's3://media/', profile: 'work', path_style: true }]);
    got(await keyed.client.accounts.save({ ...save, endpoint: s3.origin }));
    expect(got(await keyed.client.settings.get({})).settings.stores).toEqual([{ match: 's3://media/', path_style: true, keys: 'minio' }]);
    const wrong = await keyed.client.accounts.save({ ...save, name: 'two', endpoint: null, match: 'media' });
    expect(inSentences(refused(wrong))).toBe(
      'invalid_input: “stores.1.match” must be s3://bucket, gs://bucket, az://account/container or one of them with a prefix. | Correct it; nothing was changed.',
    );
    const names = got(await keyed.client.accounts.list({})).accounts.map(({ name, kind }) => `${kind} ${name}`);
    expect(names.filter((name) => name.startsWith('saved'))).toEqual(['saved minio']);
    expect(got(await keyed.client.accounts.forget({ name: 'minio' }))).toEqual({ isForgotten: true, rules: ['s3://media/'] });
    expect(got(await keyed.client.accounts.forget({ name: 'minio' }))).toMatchObject({ isForgotten: false });
  });

  it('lie nowhere in the library, its log or an answer', async () => {
    got(await keyed.client.accounts.save({ ...save, endpoint: s3.origin }));
    await tested(keyed, 's3://media/a b.jpg');
    const answers = [
      await keyed.client.accounts.list({}),
      await keyed.client.settings.get({}),
      await keyed.client.accounts.save({ ...save, endpoint: s3.origin, name: '/' }),
      await keyed.client.accounts.save({ ...save, endpoint: s3.origin, match: 'wrong' }),
      await keyed.client.accounts.save({ ...save, endpoint: s3.origin, region: 5 as unknown as string }),
    ];
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, false, false, false]);
    expect(JSON.stringify(answers)).not.toContain(typed.secretAccessKey);
    keyed = await keyed.reopen();
    const files = readdirSync(keyed.place.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('catalog.sqlite');
    expect(files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(typed.secretAccessKey))).toEqual([]);
    expect(readFileSync(join(keyed.place.home, '.config', 'vitrine', 'keys.json'), 'utf8')).toContain(typed.secretAccessKey);
  });
});

describe('logins on this computer', () => {
  it('are told as changed when a tool writes a profile or a login', async () => {
    const profile = nextEvent(refusedOne.listen, 'accountsChanged');
    appendFileSync(join(refusedOne.place.home, '.aws', 'credentials'), profileText('new', own));
    await profile;
    expect(got(await refusedOne.client.accounts.list({})).accounts.map(({ name }) => name)).toEqual(['work', 'new']);
    const login = nextEvent(refusedOne.listen, 'accountsChanged');
    writeFileSync(join(refusedOne.place.home, '.aws', 'sso', 'cache', 'abc.json'), '{}');
    await login;
  });
});
