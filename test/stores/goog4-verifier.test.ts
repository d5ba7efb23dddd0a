import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RawRequest } from '../servers/canonical-request.ts';
import { verifyGoog4 } from '../servers/goog4-verifier.ts';
import { vectorsFolder } from './vectors.ts';

interface Vector {
  description: string;
  method: string;
  timestamp: string;
  expiration: number;
  headers?: Record<string, string>;
  expectedUrl: string;
  expectedStringToSign: string;
}

const folder = vectorsFolder('gcs-v4');
const read = (name: string): unknown => (folder ? JSON.parse(readFileSync(join(folder, name), 'utf8')) : null);
const account = read('test_service_account.not-a-test.json') as { private_key: string; client_email: string } | null;
const vectors = (read('v4_signatures.json') as { signingV4Tests: Vector[] } | null)?.signingV4Tests ?? [];

/** The request that a client would send for the URL. */
function requestOf(vector: Vector): RawRequest {
  const [, host = '', rawPath = '', rawQuery = ''] = /^https?:\/\/([^/]+)([^?]*)\?(.*)$/.exec(vector.expectedUrl) ?? [];
  return { method: vector.method, rawPath, rawQuery, headers: [['host', host], ...Object.entries(vector.headers ?? {})] };
}

function judge(vector: Vector, changed: Partial<RawRequest> = {}, secondsLater = 0): string {
  const publicKey = createPublicKey(account?.private_key ?? '').export({ type: 'spki', format: 'pem' });
  const verdict = verifyGoog4(
    { ...requestOf(vector), ...changed },
    {
      now: () => Date.parse(vector.timestamp) + secondsLater * 1000,
      publicKeyOf: (email) => (email === account?.client_email ? String(publicKey) : null),
    },
  );
  if (verdict.kind === 'refused') return `${verdict.status} ${verdict.code}`;
  return verdict.kind === 'signed' ? verdict.stringToSign : verdict.kind;
}

describe.skipIf(!folder)('the judge of Google’s signed URLs and the published signatures', () => {
  test.each(vectors)('accepts “$description”', (vector) => {
    expect(judge(vector)).toBe(vector.expectedStringToSign);
  });

  test.each(vectors)('refuses “$description” when anything in it was changed', (vector) => {
    const { rawPath, rawQuery, headers } = requestOf(vector);
    expect([
      judge(vector, { method: 'DELETE' }),
      judge(vector, { rawPath: `${rawPath}x` }),
      judge(vector, { rawQuery: rawQuery.replace(/X-Goog-Expires=\d+/, 'X-Goog-Expires=30') }),
      judge(vector, { rawQuery: `${rawQuery}&response-content-type=text%2Fhtml` }),
      judge(vector, { rawQuery: rawQuery.replace(/(X-Goog-Signature=)(.)/, (_, a: string, b: string) => a + (b === '0' ? '1' : '0')) }),
      judge(vector, { headers: headers.map(([name, value]) => [name, name === 'host' ? 'elsewhere.example' : value]) }),
    ]).toEqual(Array.from({ length: 6 }, () => '403 SignatureDoesNotMatch'));
  });

  test.each(vectors)('holds “$description” to its time', (vector) => {
    expect([judge(vector, {}, vector.expiration - 1), judge(vector, {}, vector.expiration), judge(vector, {}, -901)]).toEqual([
      vector.expectedStringToSign,
      '400 ExpiredToken',
      '403 AccessDenied',
    ]);
  });
});
