import { expect, test } from 'vitest';
import { type AccessRequest, decideAccess } from '../../src-main/hosts/browser/access.ts';

const rules = { port: 4000, token: 'printed-token', session: 'session-secret' };
const own: AccessRequest = {
  method: 'POST',
  host: '127.0.0.1:4000',
  origin: 'http://127.0.0.1:4000',
  fetchSite: 'same-origin',
  cookie: 'other=1; vitrine-4000=session-secret',
  token: null,
};

test('our own page with its cookie is allowed', () => {
  expect(decideAccess(own, rules)).toEqual({ allowed: true, isNew: false });
});

test('the printed address is allowed once it is opened, and asks for the cookie', () => {
  const request = { ...own, method: 'GET', origin: undefined, fetchSite: 'none', cookie: undefined, token: 'printed-token' };
  expect(decideAccess(request, rules)).toEqual({ allowed: true, isNew: true });
});

test.each<[string, Partial<AccessRequest>, string]>([
  [
    'a page whose name was rebound to 127.0.0.1',
    { host: 'evil.example:4000', origin: 'http://evil.example:4000' },
    'another host was named',
  ],
  ['another port of this machine as host', { host: '127.0.0.1:4001' }, 'another host was named'],
  ['a request without a host', { host: undefined }, 'another host was named'],
  ['a form of another site', { origin: 'https://evil.example', fetchSite: 'cross-site' }, 'the request comes from another page'],
  ['a sandboxed frame, whose origin is null', { origin: 'null' }, 'the request comes from another page'],
  [
    'a page of another port of this machine',
    { origin: 'http://127.0.0.1:5000', fetchSite: 'same-site' },
    'the request comes from another page',
  ],
  ['a picture tag of another site', { method: 'GET', origin: undefined, fetchSite: 'cross-site' }, 'the request comes from another site'],
  ['a change that names no origin', { origin: undefined, fetchSite: undefined }, 'a change names no origin'],
  ['no cookie', { cookie: undefined }, 'the token or the cookie is missing'],
  ['the cookie of another server on this machine', { cookie: 'vitrine-4001=session-secret' }, 'the token or the cookie is missing'],
  ['a cookie that only begins rightly', { cookie: 'vitrine-4000=session-secre' }, 'the token or the cookie is missing'],
  [
    'a wrong token',
    { method: 'GET', origin: undefined, fetchSite: 'none', cookie: undefined, token: 'guessed' },
    'the token or the cookie is missing',
  ],
  [
    'an empty token',
    { method: 'GET', origin: undefined, fetchSite: 'none', cookie: undefined, token: '' },
    'the token or the cookie is missing',
  ],
])('%s is refused', (_attack, change, reason) => {
  expect(decideAccess({ ...own, ...change }, rules)).toEqual({ allowed: false, reason });
});
