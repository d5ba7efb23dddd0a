/** Who may speak to the loopback server. A pure function, one test an attack. */
import { timingSafeEqual } from 'node:crypto';

/** What of a request decides. Header values as they came. */
export interface AccessRequest {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which pages cannot forge. */
  readonly fetchSite: string | undefined;
  readonly cookie: string | undefined;
  /** `token` of the query, only looked at on the page itself. */
  readonly token: string | null;
}

/** The server's own secrets and place. */
export interface AccessRules {
  readonly port: number;
  readonly token: string;
  readonly session: string;
}

export type Access = { allowed: true; isNew: boolean } | { allowed: false; reason: string };

/** Cookies know no ports: the name keeps two servers of one machine apart. */
export function cookieName(port: number): string {
  return `vitrine-${port}`;
}

function isSame(given: string, secret: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(secret);
  return left.length === right.length && timingSafeEqual(left, right);
}

function readCookie(header: string | undefined, name: string): string | null {
  for (const part of header?.split(';') ?? []) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined) return value;
  }
  return null;
}

/**
 * Allowed is what comes to this very host and port (DNS rebinding sends another Host), from our own page or no page at all
 * (Origin, Sec-Fetch-Site), with the session's cookie or, once, the token that was printed. `isNew` asks for the cookie to be set.
 */
export function decideAccess(request: AccessRequest, rules: AccessRules): Access {
  const hosts = [`127.0.0.1:${rules.port}`, `localhost:${rules.port}`];
  if (request.host === undefined || !hosts.includes(request.host)) return { allowed: false, reason: 'another host was named' };
  if (request.origin !== undefined && request.origin !== `http://${request.host}`)
    return { allowed: false, reason: 'the request comes from another page' };
  const isPage = request.method === 'GET' && request.token !== null;
  if (!isPage && request.fetchSite !== undefined && request.fetchSite !== 'same-origin' && request.fetchSite !== 'none') {
    return { allowed: false, reason: 'the request comes from another site' };
  }
  const isOwn = request.origin !== undefined || request.fetchSite === 'same-origin';
  if (request.method !== 'GET' && request.method !== 'HEAD' && !isOwn) return { allowed: false, reason: 'a change names no origin' };
  const cookie = readCookie(request.cookie, cookieName(rules.port));
  if (cookie !== null && isSame(cookie, rules.session)) return { allowed: true, isNew: false };
  if (request.token !== null && isSame(request.token, rules.token)) return { allowed: true, isNew: true };
  return { allowed: false, reason: 'the token or the cookie is missing' };
}
