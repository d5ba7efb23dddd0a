/** One small HTTP exchange for credentials: with a limit on time and size, and no redirect ever followed, since tokens travel here. */
import { type Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { fail } from '../../src-shared/model/error.ts';
import { networkFailure } from '../stores/network-failure.ts';

/** What is asked. */
export interface CredentialRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the whole answer is there, in milliseconds. */
  readonly limitMs: number;
}

/** Any answer at all, whatever its status. */
export interface CredentialAnswer {
  readonly status: number;
  readonly text: string;
}

/** Asks. Rejects with a `Failure` where no answer came: `timeout`, `dns`, `offline`, `unreachable`, `tls`. */
export type AskForCredentials = (request: CredentialRequest) => Promise<CredentialAnswer>;

/** Answers with credentials have a few kilobytes; what is larger is something else. */
const largestAnswer = 256 * 1024;

/** Makes the asking. @param agent speaks http and https, as one that knows proxies does; none connects directly */
export function createAsking(agent?: Agent): AskForCredentials {
  return ({ method, url, headers = {}, body, limitMs }) => {
    const { promise, resolve, reject } = Promise.withResolvers<CredentialAnswer>();
    const begin = url.startsWith('https:') ? httpsRequest : httpRequest;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = begin(url, {
      method,
      headers: { ...headers, ...length },
      agent: agent ?? false,
      signal: AbortSignal.timeout(limitMs),
    });
    const host = new URL(url).host;
    const late = () => fail('timeout', { message: `No answer from ${host} within ${limitMs / 1_000} s.`, next: 'Try again.' });
    const broken = (error: Error) =>
      reject(error.name === 'AbortError' ? late() : (networkFailure(error, host, { connectMs: limitMs, silenceMs: limitMs }) ?? error));
    request.on('error', broken);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= largestAnswer) chunks.push(chunk);
        else response.destroy(fail('server_error', { message: `${host} sent more than credentials can be.`, next: 'Try again later.' }));
      });
      response.on('error', broken);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    request.end(body);
    return promise;
  };
}

/** JSON of an object, else null: what comes from a file or a server is anything. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** A property that is text and not empty, else null. */
export function textOf(object: Readonly<Record<string, unknown>> | null, name: string): string | null {
  const value = object?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A property that is a moment: ISO 8601, or milliseconds since 1970; else null. */
export function momentOf(object: Readonly<Record<string, unknown>> | null, name: string): Date | null {
  const value = object?.[name];
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const moment = new Date(value);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
