/**
 * Keeps addresses out of lists from reaching into the private network. The check is made on the address that the connection is then
 * opened to, so a name that answers with another address the second time gains nothing.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { type Failure, fail } from '../../src-shared/model/error.ts';

/** Says which hosts may be connected to. The stores ask it before each request and at each connection. */
export interface NetworkGuard {
  /** Throws `blocked_host` where the host by itself says that it may not be read: a private address, localhost, a metadata name. */
  checkHost(host: string, port: number): void;
  /** For `lookup` of `node:http`, `net` and undici: answers with the addresses that may be read, or fails with `blocked_host`. Names only; check literal addresses with `checkHost`. */
  lookup(port: number): LookupFunction;
  /** True where the host was named in the settings, by name or address. */
  isAllowed(host: string, port: number): boolean;
}

/** Resolves a name to all its addresses, in the system's order; rejects with the system's codes. */
export type ResolveAll = (host: string) => Promise<readonly LookupAddress[]>;

/**
 * Addresses under which clouds hand credentials to their machines. They are never media, whatever is allowed.
 * AWS IMDS, ECS and EKS, Azure wire server, Google, Alibaba, Oracle, in the words of their documentation.
 */
const metadataAddresses = new Set(
  [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    'fd00:ec2::254',
    'fd00:ec2::23',
    '168.63.129.16',
    'fd20:ce::254',
    '100.100.100.200',
    '192.0.0.192',
  ].map((address) => ipaddr.parse(address).toNormalizedString()),
);
const metadataNames = new Set(['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data', 'instance-data.ec2.internal']);

/**
 * Makes a guard. `allowedHosts` are the settings' `network.allowed_hosts` and `VITRINE_ALLOWED_HOSTS`, `endpoints` the URLs of the stores
 * the user configured; both are asked each time, so that a change counts at once. Entries: `nas.local`, `192.168.1.9`, `192.168.1.0/24`,
 * `::1`, each also with a port (`nas.local:9000`, `[::1]:9000`).
 */
export function createNetworkGuard(options: {
  readonly allowedHosts: () => readonly string[];
  readonly endpoints?: () => readonly string[];
  readonly resolve?: ResolveAll;
}): NetworkGuard {
  const resolve = options.resolve ?? resolveBySystem;
  const isAllowed = (host: string, port: number) => {
    const entries = [...options.allowedHosts(), ...(options.endpoints?.() ?? []).flatMap(entryOfEndpoint)];
    return entries.some((entry) => entryFits(entry, bareHost(host), port));
  };
  const mayReach = (host: string, address: string, port: number) =>
    kindOfAddress(address) !== 'metadata' && (kindOfAddress(address) === 'public' || isAllowed(host, port) || isAllowed(address, port));

  return {
    isAllowed,
    checkHost(host, port) {
      const bare = bareHost(host);
      if (metadataNames.has(bare)) throw blocked(bare, 'metadata');
      if (ipaddr.isValid(bare)) {
        if (!mayReach(bare, bare, port)) throw blocked(bare, kindOfAddress(bare));
      } else if ((bare === 'localhost' || bare.endsWith('.localhost')) && !isAllowed(bare, port) && !isAllowed('127.0.0.1', port)) {
        throw blocked(bare, 'private');
      }
    },
    lookup: (port) => (host, wanted, callback) => {
      const answer = (error: Error | null, addresses: LookupAddress[]) => {
        const first = addresses[0];
        if (error || !first) callback(error ?? blocked(host, 'private'), '', 0);
        else if (wanted.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      };
      resolve(host).then(
        (all) => {
          const family = wanted.family === 4 || wanted.family === 'IPv4' ? 4 : wanted.family === 6 || wanted.family === 'IPv6' ? 6 : 0;
          const usable = all.filter((each) => (family === 0 || each.family === family) && mayReach(bareHost(host), each.address, port));
          const worst = all.find((each) => kindOfAddress(each.address) === 'metadata') ? 'metadata' : 'private';
          answer(usable.length > 0 ? null : blocked(host, worst), usable);
        },
        (thrown: Error) => answer(thrown, []),
      );
    },
  };
}

/** What an address is: anything that is not plainly a public one counts as private. IPv6 forms that carry an IPv4 address are judged by it. */
export function kindOfAddress(text: string): 'public' | 'private' | 'metadata' {
  if (!ipaddr.isValid(text)) return 'private';
  const address = ipaddr.process(text.replace(/%.*$/, ''));
  if (metadataAddresses.has(address.toNormalizedString())) return 'metadata';
  if (address instanceof ipaddr.IPv6) {
    const inner = carriedIpv4(address);
    if (inner !== null) return kindOfAddress(inner);
  }
  return address.range() === 'unicast' ? 'public' : 'private';
}

/** The IPv4 address inside NAT64 (64:ff9b::/96), IPv4-translated, 6to4 and the old IPv4-compatible forms; null in others. */
function carriedIpv4(address: ipaddr.IPv6): string | null {
  const range = address.range();
  const [, second = 0, third = 0] = address.parts;
  const [seventh = 0, eighth = 0] = address.parts.slice(6);
  const dotted = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  if (range === '6to4') return dotted(second, third);
  const isCompatible = address.parts.slice(0, 6).every((part) => part === 0) && seventh !== 0;
  return range === 'rfc6052' || range === 'rfc6145' || isCompatible ? dotted(seventh, eighth) : null;
}

function blocked(host: string, kind: 'public' | 'private' | 'metadata'): Failure {
  if (kind === 'metadata') {
    return fail('blocked_host', { message: `${host} is where a cloud keeps its machines' credentials, and is never read.` });
  }
  return fail('blocked_host', {
    message: `${host} is a private address, and those are not read unless allowed.`,
    next: `Allow it: add “${host}” to network.allowed_hosts in the settings, or to VITRINE_ALLOWED_HOSTS.`,
  });
}

/** Lower case, without IPv6 brackets and the final dot of a full name. */
function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}

function entryFits(entry: string, host: string, port: number): boolean {
  const text = entry.trim().toLowerCase();
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const plain = /^([^:]+):(\d+)$/.exec(text);
  const wanted = bareHost(bracketed?.[1] ?? plain?.[1] ?? text);
  const wantedPort = bracketed?.[2] ?? plain?.[2];
  if (wanted === '' || (wantedPort !== undefined && Number(wantedPort) !== port)) return false;
  if (wanted === host) return true;
  if (!ipaddr.isValid(host)) return false;
  const address = ipaddr.process(host);
  if (ipaddr.isValidCIDR(wanted)) {
    const [net, bits] = ipaddr.parseCIDR(wanted);
    return net.kind() === address.kind() && address.match(net, bits);
  }
  return ipaddr.isValid(wanted) && ipaddr.process(wanted).toNormalizedString() === address.toNormalizedString();
}

function entryOfEndpoint(endpoint: string): string[] {
  const url = URL.parse(endpoint);
  if (!url) return [];
  const port = url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80';
  return [`${url.hostname}:${port}`];
}

function resolveBySystem(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true, verbatim: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}
