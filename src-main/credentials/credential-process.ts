/** Credentials that a program of the user's own prints: `credential_process` of a profile. */
import { spawn } from 'node:child_process';
import { fail } from '../../src-shared/model/error.ts';
import { type AwsGiven, type Environment, fixedKeys, sessionKeys } from './aws-given.ts';
import { jsonObject, momentOf, textOf } from './credential-request.ts';

/** A program may ask its own server, and a person may have to touch a key. */
const usualLimitMs = 30_000;
const largestOutput = 64 * 1024;

/** How a run ended. `code` null: by a signal. */
interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly wasLate: boolean;
}

/**
 * Runs the command in a shell, as the AWS CLI does, and reads what it printed. What it says on stderr is never shown: it may hold a secret.
 * Throws `no_credentials` (exit code, or what was printed is not in the form of version 1), `expired_credentials`, `timeout`.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export async function processCredentials(
  profile: string,
  command: string,
  { env, now, limitMs = usualLimitMs }: { env: Environment; now: () => number; limitMs?: number },
): Promise<AwsGiven> {
  const { code, out, wasLate } = await run(command, { env, limitMs });
  const next = `Run its credential_process in a terminal to see why, then retry.`;
  if (wasLate) {
    throw fail('timeout', { message: `The program of the AWS profile “${profile}” did not answer in ${limitMs / 1_000} s.`, next });
  }
  if (code === 127) {
    throw fail('no_credentials', {
      message: `The program of the AWS profile “${profile}” was not found.`,
      next: 'Name it with its full path in credential_process: what is started from the desktop knows fewer folders than a terminal.',
    });
  }
  if (code !== 0) {
    // A shell tells of a signal by a code from 129 on.
    const how = code === null || code > 128 ? 'was stopped by a signal' : `ended with exit code ${code}`;
    throw fail('no_credentials', { message: `The program of the AWS profile “${profile}” ${how}.`, next });
  }
  const given = jsonObject(out);
  const accessKeyId = textOf(given, 'AccessKeyId');
  const secretAccessKey = textOf(given, 'SecretAccessKey');
  if (given?.Version !== 1 || !accessKeyId || !secretAccessKey) {
    throw fail('no_credentials', { message: `The program of the AWS profile “${profile}” printed no credentials of version 1.`, next });
  }
  const sessionToken = textOf(given, 'SessionToken');
  const expiration = momentOf(given, 'Expiration');
  if (expiration !== null && expiration.getTime() <= now()) {
    throw fail('expired_credentials', { message: `The program of the AWS profile “${profile}” gave credentials that have ended.`, next });
  }
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
  return sessionToken || expiration ? sessionKeys(keys, expiration) : { ...fixedKeys(keys), isFixed: false };
}

function run(command: string, { env, limitMs }: { env: Environment; limitMs: number }): Promise<Ran> {
  const hasGroups = process.platform !== 'win32';
  const child = spawn(command, {
    shell: true,
    // A group of its own, so that what the program started ends with it.
    detached: hasGroups,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env },
  });
  const end = () => {
    if (child.pid === undefined) return;
    try {
      if (hasGroups) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const chunks: Buffer[] = [];
  let size = 0;
  let wasLate = false;
  const late = setTimeout(() => {
    wasLate = true;
    end();
    child.stdout.destroy();
  }, limitMs);
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > largestOutput) end();
    else chunks.push(chunk);
  });
  child.on('error', () => resolve({ code: 127, out: '', wasLate }));
  child.on('close', (code) => resolve({ code, out: Buffer.concat(chunks).toString('utf8'), wasLate }));
  return promise.finally(() => clearTimeout(late));
}
