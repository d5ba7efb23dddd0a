/** Keys that the test servers of AWS give out, and who each of them stands for. */
import { createHash } from 'node:crypto';
import type { AccessKey } from './sigv4-verifier.ts';

export interface IssuedKey extends AccessKey {
  readonly sessionToken: string;
  readonly expiration: Date;
}

export interface AwsKeys {
  /** Gives out new session keys for whoever they stand for, with that life from now. */
  issue(name: string, lifeSeconds: number): IssuedKey;
  /** For the verifier; ended sessions are answered with ExpiredToken. */
  keyOf(accessKeyId: string): AccessKey | null;
  nameOf(accessKeyId: string): string;
  /** Ends all sessions that were given out for somebody, before their time. */
  revoke(name: string): void;
}

/** `fixed` are long-lived keys by the name they stand for. @param options.now milliseconds since 1970, decides when sessions end */
export function createAwsKeys(options: { fixed: Readonly<Record<string, AccessKey>>; now: () => number }): AwsKeys {
  const known = new Map<string, { name: string; key: AccessKey; endsAt: number }>();
  for (const [name, key] of Object.entries(options.fixed)) known.set(key.accessKeyId, { name, key, endsAt: Number.POSITIVE_INFINITY });
  let made = 0;
  return {
    issue(name, lifeSeconds) {
      made += 1;
      const word = createHash('sha256').update(`${name} ${made}`).digest('hex').toUpperCase();
      const expiration = new Date(options.now() + lifeSeconds * 1_000);
      const key = { accessKeyId: `ASIA${word.slice(0, 16)}`, secretAccessKey: word, sessionToken: `session-${word.slice(16, 40)}` };
      known.set(key.accessKeyId, { name, key, endsAt: expiration.getTime() });
      return { ...key, expiration };
    },
    keyOf(accessKeyId) {
      const found = known.get(accessKeyId);
      return found ? { ...found.key, hasExpired: found.endsAt <= options.now() } : null;
    },
    nameOf: (accessKeyId) => known.get(accessKeyId)?.name ?? 'nobody',
    revoke(name) {
      for (const held of known.values()) if (held.name === name) held.endsAt = Number.NEGATIVE_INFINITY;
    },
  };
}
