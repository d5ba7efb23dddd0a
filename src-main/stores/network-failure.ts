/** Errors of sockets, DNS, TLS and undici as failures of the taxonomy, by code. One place for all stores. */
import { Failure, fail } from '../../src-shared/model/error.ts';

/** What is said when the object is no longer the one that was read. Cause `input_failed`, as `ReadOptions.ifMatch` promises. */
export function changedUpstream(status?: number): Failure {
  return fail('input_failed', {
    message: 'The file has changed since it was read.',
    next: 'Read it again from its start.',
    ...(status === undefined ? {} : { details: { status } }),
  });
}

/** Said whenever a signal was aborted. */
export function cancelled(): Failure {
  return fail('cancelled', { message: 'Stopped by you.' });
}

/** Said where the proxy, and not the host behind it, is what refused. */
export function proxyRefused(host: string, code: string): Failure {
  return fail('unreachable', {
    message: `The proxy of this computer does not let ${host} be reached.`,
    next: 'Check the proxy in the system or in HTTPS_PROXY, its name and password too.',
    details: { providerCode: code },
  });
}

const brokenCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ERR_STREAM_PREMATURE_CLOSE',
]);
const offlineCodes = new Set(['EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL']);
const timeoutCodes = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ESOCKETTIMEDOUT',
]);

/** Reasons in words, for those that people meet. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const tlsReasons: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an authority this computer does not know',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an authority this computer does not know',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an authority this computer does not know',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an authority this computer does not know',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_REVOKED: 'its certificate was revoked',
};

/**
 * The failure behind what a connection threw, or null where it is no error of the network (then it is a bug, or a `Failure` already made).
 * `timeouts` are in milliseconds and appear in the sentence.
 */
export function networkFailure(
  thrown: unknown,
  host: string,
  timeouts: { readonly connectMs: number; readonly silenceMs: number },
): Failure | null {
  const made = failureIn(thrown);
  if (made !== null) return made;
  const code = codeOf(thrown) ?? (isLate(thrown) ? 'ESOCKETTIMEDOUT' : null);
  if (code === null) return null;
  const details = { providerCode: code };
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return fail('dns', { message: `There is no host “${host}”.`, next: 'Correct the address.', details });
  }
  if (offlineCodes.has(code)) {
    return fail('offline', { message: 'This computer is offline.', next: 'It goes on when the network is back.', details });
  }
  if (timeoutCodes.has(code)) {
    const ms = code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT' ? timeouts.connectMs : timeouts.silenceMs;
    return fail('timeout', { message: `No answer from ${host} within ${ms / 1000} s.`, next: 'Try again.', details });
  }
  if (code === 'ECONNREFUSED')
    return fail('unreachable', { message: `${host} refuses the connection.`, next: 'Try again later.', details });
  if (brokenCodes.has(code)) return fail('unreachable', { message: `The connection to ${host} broke.`, next: 'Try again.', details });
  if (code === 'EHOSTUNREACH' || code === 'EHOSTDOWN') {
    return fail('unreachable', { message: `${host} cannot be reached from here.`, next: 'Try again later.', details });
  }
  if (
    code === 'EPROTO' ||
    code in tlsReasons ||
    /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(?:CA|PURPOSE))/.test(code)
  ) {
    const reason = tlsReasons[code] ?? `the handshake ended with ${code}`;
    return fail('tls', {
      message: `The secure connection to ${host} failed: ${reason}.`,
      next: 'Check the address, or tell whoever runs the server.',
      details,
    });
  }
  if (/^HPE_|^UND_ERR_HEADERS_OVERFLOW$/.test(code)) {
    return fail('server_error', { message: `${host} answered something that is not HTTP.`, next: 'Check the address.', details });
  }
  return null;
}

/** True for what the AWS SDK throws where a connection or an answer takes too long: that has no code, as a broken connection of the same name has. */
export function isLate(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'TimeoutError' && !('code' in thrown);
}

/** A failure that was made below, also where a library has wrapped it. */
function failureIn(thrown: unknown, depth = 0): Failure | null {
  if (thrown instanceof Failure) return thrown;
  return thrown instanceof Error && depth < 5 ? failureIn(thrown.cause, depth + 1) : null;
}

/** The first code along errors, their causes and the members of an AggregateError (several addresses were tried). */
function codeOf(thrown: unknown, depth = 0): string | null {
  if (!(thrown instanceof Error) || depth > 5) return null;
  if (thrown instanceof AggregateError) {
    for (const inner of thrown.errors) {
      const code = codeOf(inner, depth + 1);
      if (code !== null) return code;
    }
  }
  const own = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
  return own === null || own === 'UND_ERR_SOCKET' ? (codeOf(thrown.cause, depth + 1) ?? own) : own;
}
