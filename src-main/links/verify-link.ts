/** Asks for one byte of a link, as whoever gets it would. */
import { fail, type VitrineError } from '../../src-shared/model/error.ts';
import type { LinkAnswer, LinkConnections } from '../stores/link-connections.ts';
import { networkFailure } from '../stores/network-failure.ts';
import type { ServerClock } from '../stores/server-clock.ts';
import { linkRefusal } from './link-refusal.ts';

/** What became of a link that was tried. */
export interface LinkCheck {
  /** Why it does not work; null where it does. */
  readonly error: VitrineError | null;
  /** The region that a refusal named. */
  readonly region: string | null;
}

/** Errors of providers are some hundred bytes; more of a body is never read. */
const mostBody = 64 * 1024;
const mostRedirects = 10;
/** Said to wait as long in its errors; the connections hold to it. */
const limits = { connectMs: 10_000, silenceMs: 10_000 } as const;
/** Scheme, login, host with port, host, and all that is sent as the path. */
const parts = /^(https?):\/\/(?:([^/?#@]*)@)?((\[[^\]]+\]|[^/:?#]+)(?::\d+)?)([^#]*)/i;
const regionText = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Tries it with the path as it is written: a URL object would change keys with dot segments. What the answer says of the server's clock is
 * learnt. Redirects are followed as a browser does.
 * @param options.now milliseconds since 1970
 */
export async function verifyLink(
  url: string,
  options: { connections: LinkConnections; clock: ServerClock; now: () => number; signal: AbortSignal },
): Promise<LinkCheck> {
  const { connections, clock, now, signal } = options;
  let address = url;
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    const found = parts.exec(address);
    if (!found) throw new TypeError('A link is an http or https address.');
    const [, scheme = '', login, host = '', hostname = '', path = ''] = found;
    const sentAt = now();
    let answer: LinkAnswer;
    try {
      answer = await connections.get({
        origin: `${scheme.toLowerCase()}://${host}`,
        path: path.startsWith('/') ? path : `/${path}`,
        headers: { range: 'bytes=0-0', 'accept-encoding': 'identity', ...(login ? { authorization: basic(login) } : {}) },
        signal,
      });
    } catch (thrown) {
      const failure = signal.aborted ? fail('cancelled', { message: 'Stopped by you.' }) : networkFailure(thrown, hostname, limits);
      if (failure === null) throw thrown;
      return { error: failure.error, region: null };
    }
    const { statusCode: status } = answer;
    const knownOffset = clock.offsetMs(host);
    clock.learn(host, headerOf(answer, 'date'), sentAt);
    // 416 is the answer for an empty file: it was found, and it may be read.
    if (status === 200 || status === 206 || status === 416) {
      answer.body.destroy();
      return { error: null, region: null };
    }
    const location = headerOf(answer, 'location');
    if (location !== null && [301, 302, 303, 307, 308].includes(status) && URL.canParse(location, address)) {
      answer.body.destroy();
      address = new URL(location, address).href;
      continue;
    }
    const body = await beginningOf(answer);
    const named = headerOf(answer, 'x-amz-bucket-region') ?? elementOf(body, 'Region');
    const region = named !== null && regionText.test(named) ? named : null;
    const error = linkRefusal({
      url: address,
      host: hostname,
      status,
      code: headerOf(answer, 'x-ms-error-code') ?? elementOf(body, 'Code'),
      region,
      serverNow: now() + clock.offsetMs(host),
      clockShiftMs: clock.offsetMs(host) - knownOffset,
      isDeleteMarker: headerOf(answer, 'x-amz-delete-marker') === 'true',
    });
    return { error, region };
  }
  const error = fail('too_many_redirects', {
    message: `The address leads on more than ${mostRedirects} times.`,
    next: 'Correct the address.',
  }).error;
  return { error, region: null };
}

function headerOf({ headers }: LinkAnswer, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}

/** A login that stands in the address goes to the host it stands before, as from a browser. */
function basic(login: string): string {
  const [user = '', ...rest] = login.split(':');
  return `Basic ${Buffer.from(`${decoded(user)}:${decoded(rest.join(':'))}`).toString('base64')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As much of a body as an error needs; a broken one gives what came. */
async function beginningOf({ body }: LinkAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= mostBody) break;
    }
  } catch {
    // What came before it broke may still name the code.
  }
  return Buffer.concat(chunks).toString('utf8', 0, mostBody);
}

/** The text of an element that holds a plain word, as the codes of providers' errors are. */
function elementOf(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([A-Za-z0-9_.-]{1,100})</${name}>`).exec(xml)?.[1] ?? null;
}
