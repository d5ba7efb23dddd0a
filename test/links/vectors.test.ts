/** What others have agreed on: the published cases of both signatures, which lie beside the project and never in it. */
import { createHash, createHmac, createPrivateKey, sign } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { signGcsRequest } from '../../src-main/links/gcs-signature.ts';
import { createS3Signer } from '../../src-main/links/s3-signer.ts';
import { signV4Request } from '../../src-main/links/sigv4-signature.ts';
import { encodeKey } from '../../src-shared/reference/encode-key.ts';
import { cloudRooms, signOptions } from './cloud-rooms.ts';
import { objectReference } from './odd-keys.ts';

const vectors = join(import.meta.dirname, '../../../shared/vectors');

/** Runs the cases of a folder, or says that they are not here. */
function casesIn(folder: string, title: string, run: (path: string) => void): void {
  describe(title, () => {
    const path = join(vectors, folder);
    if (existsSync(path)) return run(path);
    console.warn(`SKIPPED: the cases of ../shared/vectors/${folder} are not beside the project.`);
    // The warning above says that they were not compared.
    test.skip('are not here', () => {});
  });
}

interface GcsCase {
  readonly description: string;
  readonly bucket: string;
  readonly object?: string;
  readonly method: string;
  readonly expiration: number;
  readonly timestamp: string;
  readonly urlStyle?: string;
  readonly emulatorHostname?: string;
  readonly expectedUrl: string;
  readonly expectedCanonicalRequest: string;
  readonly expectedStringToSign: string;
  readonly headers?: Record<string, string>;
  readonly queryParameters?: Record<string, string>;
}

casesIn('gcs-v4', 'the published cases of Cloud Storage', (folder) => {
  const { signingV4Tests: cases } = JSON.parse(readFileSync(join(folder, 'v4_signatures.json'), 'utf8')) as { signingV4Tests: GcsCase[] };
  const keyFile = join(folder, 'test_service_account.not-a-test.json');
  const account = JSON.parse(readFileSync(keyFile, 'utf8')) as { private_key: string; client_email: string };
  const key = createPrivateKey(account.private_key);
  const signer = { email: account.client_email, sign: async (text: string) => sign('sha256', Buffer.from(text), key) };
  const sorted = (url: string) => url.split(/[?&]/).sort();
  const placeOf = (each: GcsCase) => {
    const [, protocol, host = '', path = ''] = /^(https?:)\/\/([^/]+)([^?]*)\?/.exec(each.expectedUrl) ?? [];
    return { protocol: protocol === 'http:' ? ('http:' as const) : ('https:' as const), host, path };
  };

  test.each(cases.map((each) => [each.description, each] as const))('%s: the signature', async (_, each) => {
    // Four cases sign the host without the port that clients send with it; as a header of its own it is signed as they say.
    const signedHost = /^host:(.*)$/m.exec(each.expectedCanonicalRequest)?.[1] ?? '';
    const made = await signGcsRequest(
      {
        ...placeOf(each),
        method: each.method,
        headers: { ...each.headers, host: signedHost },
        query: each.queryParameters ?? {},
        issuedAt: new Date(each.timestamp),
        expiresSeconds: each.expiration,
      },
      signer,
    );
    expect(made.stringToSign).toBe(each.expectedStringToSign);
    // The order of further parameters in a URL is free, and signers differ in it; nothing else is.
    if (each.queryParameters) expect(sorted(made.url)).toEqual(sorted(each.expectedUrl));
    else expect(made.url).toBe(each.expectedUrl);
  });

  /** Why a case is no link of the product: it makes GET links, by path, without headers, with the port in the signed host. */
  function whyNot(each: GcsCase): string | null {
    if (each.method !== 'GET') return `signs ${each.method}`;
    if (each.headers) return 'signs headers, which a link cannot make a browser send';
    if (each.queryParameters) return 'signs parameters that mean nothing for an object';
    if (each.object === undefined) return 'names no object';
    if (each.urlStyle) return 'has the bucket in its host; links have it in the path, where every name of a bucket is right';
    if (/:\d+$/.test(placeOf(each).host)) return 'signs a host without the port that it is asked with';
    return null;
  }

  test('are links of the product but for those with a reason', () => {
    expect(cases.flatMap((each) => (whyNot(each) === null ? [each.description] : []))).toEqual([
      'Simple GET',
      'Vary expiration and timestamp',
      'Vary bucket and object',
      'Forward Slashes should not be stripped',
      'Simple GET with hostname',
      'Emulator host',
      'Hostname takes precendence over endpoint and emulator',
      'Universe domain',
    ]);
  });

  test.each(cases.filter((each) => whyNot(each) === null).map((each) => [each.description, each] as const))(
    '%s: the link',
    async (_, each) => {
      const { protocol, host } = placeOf(each);
      const isGoogle = host === 'storage.googleapis.com';
      const { links } = cloudRooms({
        now: () => Date.parse(each.timestamp),
        env: {
          GOOGLE_APPLICATION_CREDENTIALS: keyFile,
          ...(each.emulatorHostname ? { STORAGE_EMULATOR_HOST: each.emulatorHostname } : {}),
        },
        rules:
          isGoogle || each.emulatorHostname === `${protocol}//${host}`
            ? []
            : [{ match: `gs://${each.bucket}`, endpoint: `${protocol}//${host}` }],
      });
      const reference = objectReference('gs', each.bucket, each.object ?? '');
      const outcome = await links.sign(reference, signOptions({ expiresSeconds: each.expiration }));
      expect(outcome.ok && outcome.value.url).toBe(each.expectedUrl);
    },
  );
});

interface SigV4Context {
  readonly credentials: { access_key_id: string; secret_access_key: string; token?: string };
  readonly expiration_in_seconds: number;
  readonly normalize: boolean;
  readonly region: string;
  readonly service: string;
  readonly sign_body: boolean;
  readonly timestamp: string;
  readonly omit_session_token?: boolean;
}

casesIn('sigv4/v4', 'the published cases of Signature Version 4', (folder) => {
  /** Cases that do not apply, each with its reason. */
  const notApplying: Readonly<Record<string, string>> = {
    'get-relative-normalized': 'S3 leaves paths as they are',
    'get-relative-relative-normalized': 'S3 leaves paths as they are',
    'get-slash-dot-slash-normalized': 'S3 leaves paths as they are',
    'get-slash-normalized': 'S3 leaves paths as they are',
    'get-slash-pointless-dot-normalized': 'S3 leaves paths as they are',
    'get-slashes-normalized': 'S3 leaves paths as they are',
    'post-sts-header-after': 'adds the session token after signing; S3 has it signed',
  };
  const read = (name: string) => {
    const text = (file: string) => readFileSync(join(folder, name, file), 'utf8');
    const context = JSON.parse(text('context.json')) as SigV4Context;
    const [head = '', body = ''] = text('request.txt').split(/\r?\n\r?\n/);
    const [first = '', ...lines] = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
    const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(first) ?? [];
    const headers: Record<string, string> = {};
    for (const line of lines.filter((each) => each !== '')) {
      const [, field = '', value = ''] = /^([^:]+):(.*)$/s.exec(line) ?? [];
      const known = headers[field.toLowerCase()];
      headers[field.toLowerCase()] = known === undefined ? value : `${known},${value}`;
    }
    const { host = '', ...others } = headers;
    const [rawPath = '', rawQuery = ''] = target.split('?');
    // An empty name or value is a parameter too; all values of the cases stand decoded or in plain UTF-8.
    const query = Object.fromEntries(
      rawQuery
        .split('&')
        .filter((part) => part !== '')
        .map((part) => part.split('=').map(decodeURIComponent))
        .map(([field = '', value = '']) => [field, value]),
    );
    const { access_key_id, secret_access_key, token } = context.credentials;
    return {
      context,
      text,
      request: {
        method,
        protocol: 'https:' as const,
        host,
        path: encodeKey(decodeURI(rawPath)),
        headers: others,
        query,
        issuedAt: new Date(context.timestamp),
        expiresSeconds: context.expiration_in_seconds,
      },
      credentials: {
        accessKeyId: access_key_id,
        secretAccessKey: secret_access_key,
        ...(token === undefined ? {} : { sessionToken: token }),
      },
      payloadHash: createHash('sha256')
        .update(context.sign_body ? body : '')
        .digest('hex'),
    };
  };
  const names = readdirSync(folder).sort();

  test('all are compared but for those with a reason', () => {
    expect(names.length).toBe(38);
    expect(Object.keys(notApplying).filter((name) => !names.includes(name))).toEqual([]);
  });

  test.each(names.filter((name) => !(name in notApplying)))('%s', (name) => {
    const { context, text, request, credentials, payloadHash } = read(name);
    const made = signV4Request(request, { credentials, region: context.region, service: context.service, payloadHash });
    expect(made.canonicalRequest).toBe(text('query-canonical-request.txt'));
    expect(made.stringToSign).toBe(text('query-string-to-sign.txt'));
    expect(made.url.split('X-Amz-Signature=')[1]).toBe(text('query-signature.txt'));
  });

  /** S3 signs for `s3` and leaves the payload unsigned: the same case with those two, and the key that follows. */
  test.each(names.filter((name) => !(name in notApplying) && name.startsWith('get-') && !name.startsWith('get-header')))(
    '%s as S3 has it, by the signer of the SDK and by our own',
    async (name) => {
      const { context, text, request, credentials } = read(name);
      const canonical = text('query-canonical-request.txt')
        .replace(`%2F${context.service}%2Faws4_request`, '%2Fs3%2Faws4_request')
        .replace(/\n[0-9a-f]{64}$/, '\nUNSIGNED-PAYLOAD');
      const stamp = /X-Amz-Date=(\w+)/.exec(canonical)?.[1] ?? '';
      const scope = [stamp.slice(0, 8), context.region, 's3', 'aws4_request'];
      const hmac = (secret: string | Uint8Array, part: string) => createHmac('sha256', secret).update(part).digest();
      const hash = createHash('sha256').update(canonical).digest('hex');
      const signingKey = scope.reduce<string | Uint8Array>(hmac, `AWS4${credentials.secretAccessKey}`);
      const expected = hmac(signingKey, ['AWS4-HMAC-SHA256', stamp, scope.join('/'), hash].join('\n')).toString('hex');
      const asked = { ...request, region: context.region };
      const bySdk = await createS3Signer(credentials)(asked);
      const byUs = signV4Request(request, { credentials, region: context.region, service: 's3', payloadHash: 'UNSIGNED-PAYLOAD' }).url;
      expect([bySdk, byUs].map((url) => /X-Amz-Signature=(\w+)/.exec(url)?.[1])).toEqual([expected, expected]);
      expect(bySdk.split(/[?&]/).sort()).toEqual(byUs.split(/[?&]/).sort());
    },
  );
});

describe('the example in the documentation of Amazon S3', () => {
  const example = {
    now: () => Date.parse('2013-05-24T00:00:00Z'),
    env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    rules: [{ match: 's3://examplebucket', endpoint: 'https://s3.amazonaws.com', region: 'us-east-1', path_style: false }],
  };
  const url =
    'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';

  test('is the link of the product, to the letter', async () => {
    const outcome = await cloudRooms(example).links.sign(
      objectReference('s3', 'examplebucket', 'test.txt'),
      signOptions({ expiresSeconds: 86_400 }),
    );
    expect(outcome.ok && outcome.value.url).toBe(url);
  });
});
