/** What a source of AWS credentials gives, and what every source is given to work with. */
import type { Agent } from 'node:http';
import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { AwsFiles, AwsProfiles } from './aws-profiles.ts';
import type { AskForCredentials } from './credential-request.ts';
import type { MfaDesk } from './mfa-desk.ts';

/** Keys to sign with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials as their source gave them. */
export interface AwsGiven extends AwsCredentials {
  /** Null where none was said. */
  readonly expiration: Date | null;
  /** True where asking again gives the same until a file or the environment changes. */
  readonly isFixed: boolean;
  /** True where a person must type a code for the next ones, so that nobody asks for them without need. */
  readonly needsCode: boolean;
}

/** Environment variables as they stand; read at each use, since those of a login shell come late. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What sources work with. */
export interface AwsGround {
  readonly env: Environment;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  files(): AwsFiles;
  profiles(): AwsProfiles;
  /** Asks services of AWS, through the proxy where there is one. */
  readonly ask: AskForCredentials;
  /** Asks addresses of this machine or its cloud's own, which no proxy may see. */
  readonly askDirectly: AskForCredentials;
  /** For the SDK's own connections; see `createAsking`. */
  readonly agent: Agent | null;
  readonly mfa: MfaDesk | null;
  /** Where containers ask with `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, without a slash at its end. */
  readonly containerHost: string;
  /** One refresh of a login at a time, by the file that keeps it: a refresh token works once. */
  readonly refreshing: Map<string, Promise<unknown>>;
  /** Told when a source wrote one of the files it reads, so that this is not taken for a new login. */
  fileWritten(): void;
}

/** Keys in text form, with nothing else known of them. */
export function fixedKeys(keys: AwsCredentials, expiration: Date | null = null): AwsGiven {
  return { ...withoutEmptyToken(keys), expiration, isFixed: true, needsCode: false };
}

/** Credentials of a session that a server gave. */
export function sessionKeys(keys: AwsCredentials, expiration: Date | null): AwsGiven {
  return { ...withoutEmptyToken(keys), expiration, isFixed: false, needsCode: false };
}

function withoutEmptyToken({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): AwsCredentials {
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/** A name as one word of a shell, quoted where it must be; a profile may be called anything. */
export function shellWord(name: string): string {
  return /^[\w.@:/+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** A login that has ended, or was never made, with the command that makes it anew. */
export function loginEnded(profile: string, options: { login: string; wasThere: boolean; providerCode?: string }): Failure {
  const { login, wasThere, providerCode } = options;
  return fail('expired_credentials', {
    message: wasThere ? `The login “${profile}” has ended.` : `The AWS profile “${profile}” is not logged in.`,
    next: `Run “${login}”; Vitrine notices by itself.`,
    details: { login, ...(providerCode === undefined ? {} : { providerCode }) },
  });
}

/** A profile that is written in a way that gives no credentials. `what` is a whole sentence. */
export function badProfile(what: string, next: string): Failure {
  return fail('no_credentials', { message: what, next });
}

/** Names of regions, strictly: they become part of a host that tokens are sent to. */
export function isAwsRegion(text: string): boolean {
  return /^[a-z]{2,}(-[a-z0-9]+){1,4}$/.test(text);
}
