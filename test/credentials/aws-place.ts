/** A home folder with the files that the AWS CLI keeps, and the fixture servers of AWS beside it. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type AwsIdentities, type AwsIdentity, createAwsIdentities } from '../../src-main/credentials/aws.ts';
import type { MfaDesk } from '../../src-main/credentials/mfa-desk.ts';
import { type AwsServer, type AwsServerOptions, ssoClient, startAwsServer } from '../servers/aws-server.ts';

/** When all tests of credentials begin. */
export const start = Date.parse('2026-11-24T00:15:00Z');

export const base = { accessKeyId: 'AKIABASE0000000000B1', secretAccessKey: 'base-secret' };
/** Lines of a profile with the keys above. */
export const baseKeys = `aws_access_key_id = ${base.accessKeyId}\naws_secret_access_key = ${base.secretAccessKey}\n`;
export const baseEnv = { AWS_ACCESS_KEY_ID: base.accessKeyId, AWS_SECRET_ACCESS_KEY: base.secretAccessKey };
export const reader = 'arn:aws:iam::123456789012:role/Reader';
export const deep = 'arn:aws:iam::123456789012:role/Deep';
export const careful = 'arn:aws:iam::123456789012:role/Careful';
export const device = 'arn:aws:iam::123456789012:mfa/phone';

export interface AwsPlace {
  readonly server: AwsServer;
  readonly home: string;
  now: number;
  /** Text of `~/.aws/config`, `~/.aws/credentials`, or any file below home; gives its path. */
  write(name: string, text: string): string;
  /** What `aws sso login` writes. `fields` are added, or take away where undefined. */
  writeSsoToken(sessionOrStartUrl: string, fields: Readonly<Record<string, unknown>>): string;
  /** What `aws login` writes, with a key of its own to prove possession. */
  writeLogin(session: string, fields: Readonly<Record<string, unknown>>): string;
  /** A program that prints the text. */
  program(name: string, lines: string): string;
  /** The product's identities. Endpoints are those of the fixture; the instance's address is asked only where `env` says so. */
  identities(env?: Readonly<Record<string, string>>, mfa?: MfaDesk): AwsIdentities;
  /** Reads from the bucket with the identity; gives whom the server knew by the key that signed. */
  whoSigned(identity: AwsIdentity): Promise<string>;
  end(): Promise<void>;
}

/** Makes one. Roles: Reader trusts base and the person ann in Identity Center, Deep trusts Reader, Careful wants the phone's code. */
export async function newAwsPlace(options: AwsServerOptions = {}): Promise<AwsPlace> {
  const place = { now: start };
  const server = await startAwsServer({
    keys: { base },
    roles: {
      [reader]: { trusts: ['base', 'ann as 111/Looker', 'container /role', 'instance web-server'], webTokens: ['web-token'] },
      [deep]: { trusts: [reader], externalId: 'partner' },
      [careful]: { trusts: ['base'], longestSeconds: 3_600, mfa: { device, codes: ['123456', '234567'] } },
    },
    ssoRoles: { '111/Looker': ['ann'] },
    metadata: { containers: { '/role': null, '/pod': 'pod-token' }, instanceRole: 'web-server', isInstance: true },
    now: () => place.now,
    ...options,
  });
  const home = mkdtempSync(join(tmpdir(), 'vitrine-aws-'));
  for (const folder of [['.aws', 'sso', 'cache'], ['.aws', 'login', 'cache'], ['bin']])
    mkdirSync(join(home, ...folder), { recursive: true });
  const write = (name: string, text: string) => {
    const path = join(home, ...(name === 'config' || name === 'credentials' ? ['.aws', name] : [name]));
    writeFileSync(path, text);
    return path;
  };
  return Object.assign(place, {
    server,
    home,
    write,
    writeSsoToken(name: string, fields: Readonly<Record<string, unknown>>) {
      const client = { clientId: ssoClient.id, clientSecret: ssoClient.secret, registrationExpiresAt: '2027-01-01T00:00:00Z' };
      const token = { startUrl: 'https://x.invalid', region: 'us-east-1', ...client, ...fields };
      return write(join('.aws', 'sso', 'cache', `${createHash('sha1').update(name).digest('hex')}.json`), JSON.stringify(token));
    },
    writeLogin(session: string, fields: Readonly<Record<string, unknown>>) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const dpopKey = privateKey.export({ type: 'sec1', format: 'pem' });
      const name = `${createHash('sha256').update(session).digest('hex')}.json`;
      return write(join('.aws', 'login', 'cache', name), JSON.stringify({ clientId: 'cli', dpopKey, ...fields }));
    },
    program(name: string, lines: string) {
      const path = write(join('bin', name), `#!/bin/sh\n${lines}\n`);
      chmodSync(path, 0o755);
      return path;
    },
    identities: (env: Readonly<Record<string, string>> = {}, mfa?: MfaDesk) =>
      createAwsIdentities({
        env: { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: 'true', ...server.env, ...env },
        home,
        now: () => place.now,
        containerHost: server.origin,
        ...(mfa ? { mfa } : {}),
      }),
    async whoSigned(identity: AwsIdentity) {
      const { credentials } = identity;
      const client = new S3Client({ region: 'us-east-1', endpoint: server.origin, forcePathStyle: true, credentials, maxAttempts: 1 });
      await client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }));
      client.destroy();
      const last = server.readers.at(-1);
      return last?.accessKeyId === credentials.accessKeyId ? last.name : 'somebody else';
    },
    async end() {
      await server.close();
      rmSync(home, { recursive: true, force: true });
    },
  });
}

/** `name, signed as WHO, ends WHEN`, or `cause: message | next`: the whole outcome in a line. */
export async function inAWord(place: AwsPlace, identities: AwsIdentities, profile: string | null): Promise<string> {
  const identity = await identities.identity({ profile });
  if (identity === null) return 'nobody';
  const end = identity.expiration?.toISOString() ?? (identity.isEndUnknown ? 'unknown' : 'never');
  return `${identity.name}, signed as ${await place.whoSigned(identity)}, ends ${end}`;
}
