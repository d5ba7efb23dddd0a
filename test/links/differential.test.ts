/** Links of the product against verifiers that share nothing with it, over random keys, expiries, overrides and versions. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'content-disposition';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LinkOverrides } from '../../src-main/links/links.ts';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import type { ObjectReference } from '../../src-shared/reference/reference.ts';
import { decodeText, queryPairs, queryValue, type RawRequest } from '../servers/canonical-request.ts';
import { verifyGoog4 } from '../servers/goog4-verifier.ts';
import { makeServiceAccount, type ServiceAccount } from '../servers/service-account.ts';
import { verifySigV4 } from '../servers/sigv4-verifier.ts';
import { cloudRooms, signOptions } from './cloud-rooms.ts';
import { oddKeys } from './odd-keys.ts';

/** All of them under `npm run soak`. */
const count = process.env.VITRINE_SOAK ? 10_000 : 200;
const secret = 'secret/with+signs=';
const token = 'token/with+odd=characters&more';
let home: string;
let account: ServiceAccount;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'vitrine-differential-'));
  account = makeServiceAccount('https://oauth2.googleapis.com/token');
  writeFileSync(join(home, 'key.json'), JSON.stringify(account.keyFile));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Numbers that are the same in each run (mulberry32), [0, 1). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const alphabet = [...`aZ09-_.~/ +%&=?#;:@,$!*'()[]{}|\\^"\`<>`, '\t', '\n', '\u007f', 'é', 'e\u0301', 'ß', '日', '🦊', '\u202e', '\ufeff'];

interface Wish {
  readonly reference: ObjectReference;
  readonly seconds: number;
  readonly overrides: LinkOverrides;
}

function wishes(scheme: 's3' | 'gs', seed: number): Wish[] {
  const random = randomFrom(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  const text = (most: number) => Array.from({ length: 1 + upTo(most) }, () => alphabet[upTo(alphabet.length)]).join('');
  const maybe = <T>(value: () => T): T | undefined => (random() < 0.5 ? value() : undefined);
  return Array.from({ length: count }, (_, index) => {
    const version = maybe(() => (scheme === 'gs' ? String(1_700_000_000_000_000 + upTo(1e9)) : `v.${upTo(1e9).toString(36)}_+/=`));
    const key = index < oddKeys.length ? (oddKeys[index] ?? '') : text(40);
    const reference = keyedAddress({ scheme, bucket: 'media', key, ...(version === undefined ? {} : { version }) }) as ObjectReference;
    const filename = maybe(() => `n${text(12).replaceAll(/[/\\\u0000-\u001f\u007f\u202e]/g, '')}.jpg`);
    return {
      reference,
      seconds: random() < 0.1 ? 604_800 : 1 + upTo(604_800),
      overrides: {
        disposition: maybe(() => (random() < 0.5 ? 'attachment' : 'inline')),
        filename,
        contentType: maybe(() => 'image/svg+xml; charset=utf-8'),
      },
    };
  });
}

function requestOf(url: string): RawRequest {
  const [, host = '', rawPath = '', rawQuery = ''] = /^https:\/\/([^/]+)([^?]*)\?(.*)$/.exec(url) ?? [];
  return { method: 'GET', rawPath, rawQuery, headers: [['Host', host]] };
}

/** What a link says when it is taken apart by the verifiers' own means. */
function said(request: RawRequest, versionName: string) {
  const pairs = queryPairs(request.rawQuery);
  const value = (name: string) => {
    const bytes = queryValue(pairs, name);
    return bytes === null ? null : Buffer.from(bytes, 'latin1').toString('utf8');
  };
  const disposition = value('response-content-disposition');
  const parsed = disposition === null ? null : parse(disposition);
  return {
    version: value(versionName),
    contentType: value('response-content-type'),
    type: parsed?.type ?? null,
    filename: parsed?.parameters.filename ?? null,
  };
}

function asked({ reference, overrides }: Wish) {
  const { disposition, filename, contentType } = overrides;
  return {
    version: reference.version ?? null,
    contentType: contentType ?? null,
    type: disposition ?? (filename === undefined ? null : 'attachment'),
    filename: filename ?? null,
  };
}

test(`${count} random links to S3 hold from their second to their end, and no longer, for an independent verifier`, async () => {
  let now = Date.parse('2026-11-24T12:00:00Z');
  const { links } = cloudRooms({
    now: () => now,
    env: { AWS_ACCESS_KEY_ID: 'AKIAREADER+/', AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token },
    rules: [{ match: 's3://media', region: 'eu-west-1', requester_pays: true }],
  });
  const verdictAt = (request: RawRequest, time: number) =>
    verifySigV4(request, {
      service: 's3',
      now: () => time,
      keyOf: (accessKeyId) => ({ accessKeyId, secretAccessKey: secret, sessionToken: token }),
      presignedPayload: 'UNSIGNED-PAYLOAD',
      headerPayload: () => null,
    }).kind;
  const wrong: unknown[] = [];
  for (const wish of wishes('s3', 20_261_124)) {
    now += 86_399_999;
    const outcome = await links.sign(wish.reference, signOptions({ expiresSeconds: wish.seconds, ...wish.overrides }));
    if (!outcome.ok) {
      wrong.push([wish, outcome.error]);
      continue;
    }
    const { url, issued_at, expires_at } = outcome.value;
    const request = requestOf(url);
    const end = Date.parse(expires_at ?? '');
    const verdicts = [Date.parse(issued_at), end - 1, end].map((time) => verdictAt(request, time)).join(' ');
    const found = said(request, 'versionId');
    const expected = asked(wish);
    const name = expected.type !== null && wish.overrides.filename === undefined ? found.filename : expected.filename;
    const isSame = JSON.stringify(found) === JSON.stringify({ ...expected, filename: name });
    const isKey = decodeText(request.rawPath) === `/${wish.reference.key}`;
    if (verdicts !== 'signed signed refused' || !isSame || !isKey) wrong.push([wish, verdicts, found, request.rawPath]);
  }
  expect(wrong).toEqual([]);
});

test(`${count} random links to Cloud Storage hold from their second to their end, and no longer, for an independent verifier`, async () => {
  let now = Date.parse('2026-11-24T12:00:00Z');
  const { links } = cloudRooms({
    now: () => now,
    env: { GOOGLE_APPLICATION_CREDENTIALS: join(home, 'key.json') },
    rules: [{ match: 'gs://media', user_project: 'payer-1' }],
  });
  const verdictAt = (request: RawRequest, time: number) =>
    verifyGoog4(request, { now: () => time, publicKeyOf: (email) => (email === account.email ? account.publicKey : null) }).kind;
  const wrong: unknown[] = [];
  for (const wish of wishes('gs', 42)) {
    now += 86_399_999;
    const outcome = await links.sign(wish.reference, signOptions({ expiresSeconds: wish.seconds, ...wish.overrides }));
    if (!outcome.ok) {
      wrong.push([wish, outcome.error]);
      continue;
    }
    const request = requestOf(outcome.value.url);
    const end = Date.parse(outcome.value.expires_at ?? '');
    const verdicts = [Date.parse(outcome.value.issued_at), end - 1, end].map((time) => verdictAt(request, time)).join(' ');
    const found = said(request, 'generation');
    const expected = asked(wish);
    const name = expected.type !== null && wish.overrides.filename === undefined ? found.filename : expected.filename;
    const isSame = JSON.stringify(found) === JSON.stringify({ ...expected, filename: name });
    const isKey = decodeText(request.rawPath) === `/media/${wish.reference.key}`;
    const payer = queryValue(queryPairs(request.rawQuery), 'userProject');
    if (verdicts !== 'signed signed refused' || !isSame || !isKey || payer !== 'payer-1')
      wrong.push([wish, verdicts, found, request.rawPath]);
  }
  expect(wrong).toEqual([]);
});
