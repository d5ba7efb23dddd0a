/** Asks for one byte of a link, as whoever gets it would. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { fail, type VitrineError } from '../../src-shared/model/error.ts';
import { networkFailure } from '../stores/network-failure.ts';

/** Milliseconds: until a connection stands, and until the first sign of an answer. */
const limits = { connectMs: 10_000, silenceMs: 10_000 } as const;

/** Sends the path as it is written: a URL object would change keys with dot segments. Answers with the reason why the link does not work, or null. */
export function verifyLink(url: string, signal: AbortSignal): Promise<VitrineError | null> {
  const parts = /^(https?):\/\/(\[[^\]]+\]|[^/:?#]+)(?::(\d+))?([^#]*)/.exec(url);
  if (!parts) throw new TypeError('A link is an http or https address.');
  const [, scheme, hostname = '', port, path] = parts;
  const begin = scheme === 'https' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = begin({
      method: 'GET',
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port === undefined ? {} : { port: Number(port) }),
      path: path === '' ? '/' : path,
      headers: { range: 'bytes=0-0', 'accept-encoding': 'identity' },
      timeout: limits.silenceMs,
      agent: false,
      signal,
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error('No answer.'), { code: 'ETIMEDOUT' })));
    request.on('response', (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      // 416 is the answer for an empty file: it was found, and it may be read.
      resolve(status === 200 || status === 206 || status === 416 ? null : refusalOf(status, hostname));
    });
    request.on('error', (thrown) => {
      const failure = signal.aborted ? fail('cancelled', { message: 'Stopped by you.' }) : networkFailure(thrown, hostname, limits);
      if (failure === null) reject(thrown);
      else resolve(failure.error);
    });
    request.end();
  });
}

function refusalOf(status: number, host: string): VitrineError {
  const details = { status };
  if (status === 404)
    return fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address.', details }).error;
  if (status >= 500) return fail('server_error', { message: `${host} answered ${status}.`, next: 'Try again later.', details }).error;
  return fail('access_denied', {
    message: `${host} answered ${status}, so this link does not open.`,
    next: 'Check who may read it.',
    details,
  }).error;
}
