import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RawRequest, sha256Hex } from '../servers/canonical-request.ts';
import { type SigV4Rules, verifySigV4 } from '../servers/sigv4-verifier.ts';
import { vectorsFolder } from './vectors.ts';

interface Context {
  credentials: { access_key_id: string; secret_access_key: string; token?: string };
  normalize: boolean;
  omit_session_token?: boolean;
  timestamp: string;
}

/** Reads a raw request as a server would; a header line that begins with a blank goes on with the one before. */
function parseRequest(text: string): { request: RawRequest; body: string } {
  const [head = '', body = ''] = text.split('\n\n', 2);
  const [first = '', ...lines] = head.split('\n');
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? [];
  const headers: [string, string][] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^\s/.test(line) && last) last[1] += `\n${line}`;
    else if (line.includes(':')) headers.push([line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]);
  }
  const mark = target.indexOf('?');
  const rawPath = mark < 0 ? target : target.slice(0, mark);
  return { request: { method, rawPath, rawQuery: mark < 0 ? '' : target.slice(mark + 1), headers }, body };
}

function rulesFor(context: Context, body: string): SigV4Rules {
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, token } = context.credentials;
  return {
    service: 'service',
    now: () => Date.parse(context.timestamp),
    keyOf: (id) => (id === accessKeyId ? { accessKeyId, secretAccessKey, ...(token ? { sessionToken: token } : {}) } : null),
    presignedPayload: sha256Hex(body),
    headerPayload: () => sha256Hex(body),
  };
}

const folder = vectorsFolder('sigv4/v4');
const cases = folder
  ? readdirSync(folder).flatMap((name) =>
      (['query', 'header'] as const).map((form) => {
        const context = JSON.parse(readFileSync(join(folder, name, 'context.json'), 'utf8')) as Context;
        const { request, body } = parseRequest(readFileSync(join(folder, name, `${form}-signed-request.txt`), 'utf8'));
        return { name, form, context, request, body };
      }),
    )
  : [];
/** S3 never normalises a path, so of the cases that do only those apply whose path has nothing to normalise. */
const applies = ({ context, request }: (typeof cases)[number]) => !context.normalize || !/\/\/|\/\.{1,2}(\/|$)/.test(request.rawPath);

describe.skipIf(!folder)('the SigV4 judge and the published signatures', () => {
  const taken = cases.filter((each) => applies(each) && !each.context.omit_session_token);

  test('covers all cases but the paths that S3 does not normalise and the token that S3 always signs', () => {
    const left = cases.filter((each) => !taken.includes(each)).map(({ name }) => name);
    expect([taken.length, [...new Set(left)]]).toMatchInlineSnapshot(`
      [
        62,
        [
          "get-relative-normalized",
          "get-relative-relative-normalized",
          "get-slash-dot-slash-normalized",
          "get-slash-normalized",
          "get-slash-pointless-dot-normalized",
          "get-slashes-normalized",
          "post-sts-header-after",
        ],
      ]
    `);
  });

  test.each(taken)('accepts $name signed in the $form', ({ context, request, body, form }) => {
    const accessKeyId = context.credentials.access_key_id;
    expect(verifySigV4(request, rulesFor(context, body))).toEqual({ kind: 'signed', form, accessKeyId, region: 'us-east-1' });
  });

  test.each(taken.filter(({ form }) => form === 'query'))('refuses $name when anything in it was changed', ({ context, request, body }) => {
    const rules = rulesFor(context, body);
    const verdict = (changed: Partial<RawRequest>, other: Partial<SigV4Rules> = {}) =>
      verifySigV4({ ...request, ...changed }, { ...rules, ...other });
    const codes = [
      verdict({ method: 'DELETE' }),
      verdict({ rawPath: `${request.rawPath}x` }),
      verdict({ rawQuery: request.rawQuery.replace('X-Amz-Expires=3600', 'X-Amz-Expires=7200') }),
      verdict({ rawQuery: `${request.rawQuery}&response-content-type=text%2Fhtml` }),
      verdict({ rawQuery: request.rawQuery.replace(/(X-Amz-Signature=)(.)/, (_, a: string, b: string) => a + (b === '0' ? '1' : '0')) }),
      verdict({ headers: request.headers.map(([name, value]) => [name, /^host$/i.test(name) ? 'elsewhere.example' : value]) }),
      verdict({}, { keyOf: (id) => ({ accessKeyId: id, secretAccessKey: 'another' }) }),
      verdict({}, { presignedPayload: 'UNSIGNED-PAYLOAD' }),
    ].map((each) => (each.kind === 'refused' ? each.code : each.kind));
    expect(new Set(codes)).toEqual(new Set(['SignatureDoesNotMatch']));
  });
});

describe.skipIf(!folder)('the SigV4 judge and the clock', () => {
  const vanilla = cases.find(({ name, form }) => name === 'get-vanilla' && form === 'query');
  test.each([
    { seconds: 3599, verdict: 'signed' },
    { seconds: 3600, verdict: 'AccessDenied: Request has expired' },
    { seconds: -900, verdict: 'signed' },
    { seconds: -901, verdict: 'AccessDenied: Request is not yet valid' },
  ])('$seconds s after a presigned URL for 3,600 s was made: $verdict', ({ seconds, verdict }) => {
    if (!vanilla) throw new Error('The case get-vanilla is missing.');
    const now = () => Date.parse(vanilla.context.timestamp) + seconds * 1000;
    const judged = verifySigV4(vanilla.request, { ...rulesFor(vanilla.context, vanilla.body), now });
    expect(judged.kind === 'refused' ? `${judged.code}: ${judged.message}` : judged.kind).toBe(verdict);
  });
});
