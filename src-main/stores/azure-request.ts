/**
 * One request to a blob service, signed as whoever asks.
 *
 * Note: why blobs are not read through the clients of `@azure/storage-blob`. They pass the name through `URL`, which turns `a/../b` into `b`
 * and so reads another blob than the one that was asked for, and they add retries of their own. Here the path goes out as it stands, signed
 * over the bytes that are sent. Delegation keys, which have no name in their path, go through the library (`azure-library.ts`).
 */
import { createHmac } from 'node:crypto';
import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AzureIdentity, AzureKeyIdentity } from '../credentials/azure.ts';
import type { Timeouts } from './connections.ts';
import type { Endpoint } from './endpoint.ts';
import type { AnswerHeaders } from './http-answer.ts';

/** The version of the protocol. Versions of blobs need 2019-12-12, the tier Cold 2021-12-02; later ones are not known to every emulator. */
export const azureApiVersion = '2021-12-02';

/** Milliseconds, for the sentences as well. */
export const azureTimeouts: Timeouts = { connectMs: 10_000, silenceMs: 30_000 };

/** What is asked of a blob service. */
export interface AzureRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly endpoint: Endpoint;
  /** Raw path, every byte encoded once, with the endpoint's own in front. */
  readonly path: string;
  /** As it stands after the question mark; empty for none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** The head of an answer, its body under way. */
export interface AzureAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: IncomingMessage;
}

/**
 * Sends it and waits for the head of the answer, whatever its status. Throws what the connection throws, and `Failure` where a login gives no token.
 * @param as.date the time to sign for, in milliseconds since 1970
 */
export async function sendAzure(
  asked: AzureRequest,
  as: { readonly identity: AzureIdentity | null; readonly date: number; readonly agent: Agent; readonly timeouts?: Timeouts },
): Promise<AzureAnswer> {
  const { identity, timeouts = azureTimeouts } = as;
  const { endpoint } = asked;
  const body = asked.body === undefined ? null : Buffer.from(asked.body);
  const headers: Record<string, string> = {
    ...asked.headers,
    'x-ms-version': azureApiVersion,
    'x-ms-date': new Date(as.date).toUTCString(),
    ...(body === null ? {} : { 'content-length': String(body.length) }),
  };
  if (identity?.kind === 'key') headers.authorization = sharedKeyOf(asked, headers, identity);
  if (identity?.kind === 'token') headers.authorization = `Bearer ${await identity.token()}`;
  const query = [asked.query, identity?.kind === 'sas' ? identity.sas : ''].filter((part) => part !== '').join('&');
  const begin = endpoint.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = begin({
      method: asked.method,
      hostname: endpoint.hostname.replace(/^\[|\]$/g, ''),
      port: endpoint.port,
      path: query === '' ? asked.path : `${asked.path}?${query}`,
      headers,
      agent: as.agent,
      signal: asked.signal,
      timeout: timeouts.silenceMs,
    });
    request.on('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => request.destroy(lateError('ETIMEDOUT')), timeouts.connectMs);
      for (const event of ['connect', 'close'] as const) socket.once(event, () => clearTimeout(timer));
    });
    let underWay: IncomingMessage | null = null;
    request.on('timeout', () => {
      // A body that is under way would only hear that the connection broke.
      underWay?.destroy(lateError('ESOCKETTIMEDOUT'));
      request.destroy(lateError('ESOCKETTIMEDOUT'));
    });
    request.on('response', (answer) => {
      underWay = answer;
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer });
    });
    request.on('error', reject);
    request.end(body ?? undefined);
  });
}

function lateError(code: string): Error {
  return Object.assign(new Error('No answer.'), { code });
}

/** Source: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
function sharedKeyOf(
  asked: AzureRequest,
  headers: Readonly<Record<string, string>>,
  { account, key }: Pick<AzureKeyIdentity, 'account' | 'key'>,
): string {
  const said = (name: string) => headers[name] ?? '';
  const length = said('content-length');
  const ownHeaders = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${said(name).trim()}\n`);
  const parameters = new Map<string, string[]>();
  for (const part of asked.query.split('&').filter((each) => each !== '')) {
    const [name = '', value = ''] = part.split(/=(.*)/s).map((text) => decodeURIComponent(text));
    parameters.set(name.toLowerCase(), [...(parameters.get(name.toLowerCase()) ?? []), value]);
  }
  const resource = [...parameters]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, values]) => `\n${name}:${values.sort().join(',')}`);
  const text = [
    asked.method,
    said('content-encoding'),
    said('content-language'),
    length === '0' ? '' : length,
    said('content-md5'),
    said('content-type'),
    // The date is in x-ms-date.
    '',
    said('if-modified-since'),
    said('if-match'),
    said('if-none-match'),
    said('if-unmodified-since'),
    said('range'),
    `${ownHeaders.join('')}/${account}${asked.path}${resource.join('')}`,
  ].join('\n');
  return `SharedKey ${account}:${createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64')}`;
}
