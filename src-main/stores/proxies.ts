/** Which proxy a request goes through: the environment says it first, the system after it. One answer for all traffic of the core. */
import ipaddr from 'ipaddr.js';
import { fail } from '../../src-shared/model/error.ts';

/** The way to a web address. Asked before each connection, since both the environment and the network can change. */
export interface Proxies {
  /**
   * The proxy as a URL (`http:`, `https:`, `socks4:`, `socks5:`), or null for the direct way. Only scheme, host and port of `url` count.
   * Throws `invalid_input` where the environment names one that is no address.
   */
  proxyFor(url: string): Promise<string | null>;
}

/** Everything goes the direct way. */
export const noProxies: Proxies = { proxyFor: async () => null };

/** The system's answer for an address, in the form of PAC files: `PROXY host:port; SOCKS5 host:port; DIRECT`. */
export type ResolveProxy = (url: string) => Promise<string>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, lower case first, each time it is asked: they may be adopted late from a
 * login shell. Where they name nothing for an address, `resolveProxy` is asked; where that fails, the way is direct. This computer itself
 * and link-local addresses are never asked through a proxy.
 */
export function createProxies(options: {
  readonly env: Environment;
  readonly resolveProxy?: ResolveProxy;
  /** What must have happened before the first connection to an https address: the certificates of the system are known, say. */
  readonly whenReady?: () => Promise<unknown>;
  /** Milliseconds since 1970; the wall clock unless given. */
  readonly now?: () => number;
}): Proxies {
  const now = options.now ?? Date.now;
  const answers = new Map<string, { readonly answer: Promise<string>; readonly until: number }>();

  /** The system's answer, held for a moment: a gallery asks a hundred times a second, and the system runs a script for each. */
  function systemAnswer(url: string, resolveProxy: ResolveProxy): Promise<string> {
    const known = answers.get(url);
    if (known && known.until > now()) return known.answer;
    if (answers.size >= mostAnswers) answers.clear();
    const answer = (async () => resolveProxy(url))().catch(() => 'DIRECT');
    answers.set(url, { answer, until: now() + answerHoldsMs });
    return answer;
  }

  const read = (name: string) => options.env[name.toLowerCase()] || options.env[name] || null;
  return {
    async proxyFor(url) {
      const place = placeOf(url);
      if (place?.protocol === 'https:') await options.whenReady?.();
      if (place === null || isOfThisComputer(place.host)) return null;
      const named = read(place.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? read('ALL_PROXY');
      if (named !== null) return isExempt(read('NO_PROXY') ?? '', place) ? null : proxyOf(named);
      if (!options.resolveProxy) return null;
      return proxyOfPac(await systemAnswer(`${place.protocol}//${place.bracketed}:${place.port}/`, options.resolveProxy));
    },
  };
}

const answerHoldsMs = 10_000;
const mostAnswers = 1_000;

interface Place {
  readonly protocol: string;
  /** Lower case, without brackets and final dot. */
  readonly host: string;
  /** As it stands in a URL. */
  readonly bracketed: string;
  readonly port: number;
}

function placeOf(text: string): Place | null {
  const url = URL.parse(text);
  if (url === null || url.hostname === '') return null;
  const port = url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;
  return { protocol: url.protocol, host: bare(url.hostname), bracketed: url.hostname, port };
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function isOfThisComputer(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (!ipaddr.isValid(host)) return false;
  return ['loopback', 'linkLocal', 'unspecified'].includes(ipaddr.process(host).range());
}

/**
 * The usual rules of NO_PROXY, as curl has them: `*`; a domain, with or without a leading dot or `*.`, for itself and what is below it; an
 * address; a block such as `10.0.0.0/8`; each but the block also with a port. Source: https://curl.se/docs/manpage.html#NOPROXY
 */
function isExempt(list: string, place: Place): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (ipaddr.isValidCIDR(entry)) {
        if (!ipaddr.isValid(place.host)) return false;
        const [net, bits] = ipaddr.parseCIDR(entry);
        const address = ipaddr.process(place.host);
        return net.kind() === address.kind() && address.match(net, bits);
      }
      const parts = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry);
      const host = bare(parts?.[1] ?? entry).replace(/^\*?\./, '');
      if (parts?.[2] !== undefined && Number(parts[2]) !== place.port) return false;
      return host !== '' && (place.host === host || place.host.endsWith(`.${host}`));
    });
}

/** A proxy as the environment names it; without a scheme it speaks HTTP. */
function proxyOf(text: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  const protocol = url?.protocol
    .replace(/^socks:$/, 'socks5:')
    .replace(/^socks5h:$/, 'socks5:')
    .replace(/^socks4a:$/, 'socks4:');
  if (!url || url.hostname === '' || !['http:', 'https:', 'socks4:', 'socks5:'].includes(protocol ?? '')) {
    throw fail('invalid_input', {
      message: 'The proxy that the environment names is not an address.',
      next: 'Correct HTTP_PROXY, HTTPS_PROXY or ALL_PROXY: http://proxy.example.com:3128, for instance.',
    });
  }
  const login = url.username === '' ? '' : `${url.username}${url.password === '' ? '' : `:${url.password}`}@`;
  return `${protocol}//${login}${url.host}`;
}

const pacKinds: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks4',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
};

/** The first way of a PAC answer that is understood. */
function proxyOfPac(answer: string): string | null {
  for (const way of answer.split(';')) {
    const [kind = '', host] = way.trim().split(/\s+/);
    if (kind.toUpperCase() === 'DIRECT') return null;
    const protocol = pacKinds[kind.toUpperCase()];
    if (protocol !== undefined && host !== undefined && URL.canParse(`${protocol}://${host}`)) return `${protocol}://${host}`;
  }
  return null;
}
