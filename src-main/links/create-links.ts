/** Makes the links room: picks who signs by the scheme. */
import { fail, type Outcome, outcomeOf } from '../../src-shared/model/error.ts';
import type { Link } from '../../src-shared/model/link.ts';
import { isKeyed, type Reference } from '../../src-shared/reference/reference.ts';
import type { AzureAccess } from '../stores/azure-access.ts';
import type { GcsAccess } from '../stores/gcs-access.ts';
import type { LinkConnections } from '../stores/link-connections.ts';
import type { S3Access } from '../stores/s3-access.ts';
import type { ServerClock } from '../stores/server-clock.ts';
import { hasDotSegments } from './dot-segments.ts';
import { allowedSeconds } from './link-span.ts';
import type { Links, SignOptions } from './links.ts';
import { serverTimeOf } from './server-time.ts';
import { createSignAzure, plainAzureAddress } from './sign-azure.ts';
import { createSignGcs, gcsPlainAddress } from './sign-gcs.ts';
import { createSignS3, s3PlainAddress } from './sign-s3.ts';
import { type LinkCheck, verifyLink } from './verify-link.ts';
import { webLink } from './web-link.ts';

/** Makes the room. @param options.now milliseconds since 1970; every time in a link comes from it */
export function createLinks(options: {
  s3: S3Access;
  gcs: GcsAccess;
  azure: AzureAccess;
  connections: LinkConnections;
  now: () => number;
}): Links {
  const { now, connections } = options;
  const clock = followedClock(options.s3.serverClock);
  const s3 = { ...options.s3, serverClock: clock };
  const signS3 = createSignS3({ access: s3, now, allow: connections.allow });
  const signGcs = createSignGcs({ access: options.gcs, clock, now, allow: connections.allow });

  const signAzure = createSignAzure({ access: options.azure, now, allow: connections.allow });

  function sign(reference: Reference, asked: SignOptions): Promise<Outcome<Link>> {
    return outcomeOf(async () => {
      if (asked.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
      switch (reference.scheme) {
        case 's3':
          return signS3(reference, asked);
        case 'gs':
          return signGcs(reference, asked);
        case 'az':
          return signAzure(reference, asked);
        case 'file':
          throw fail('signature_not_possible', {
            message: 'A file on this computer has no address others could open.',
            next: 'Copy its path, or show it in its folder.',
          });
        default:
          allowedSeconds({ ...asked, overCap: 'clamp' }, { provider: reference.host, seconds: null });
          return webLink(reference, serverTimeOf(clock, [reference.host], now()).nowMs, asked);
      }
    });
  }

  const check = ({ url }: Link, signal: AbortSignal): Promise<LinkCheck> => verifyLink(url, { connections, clock, now, signal });

  /** True where what a refusal taught makes the next signature another one. */
  async function hasLearnt(reference: Reference, { error, region }: LinkCheck, signal: AbortSignal): Promise<boolean> {
    if (error?.cause === 'clock_skew') return true;
    if (error?.cause !== 'wrong_region' || region === null || reference.scheme !== 's3') return false;
    const route = await s3.route(reference, signal);
    return route.regionFrom !== 'rule' && s3.learnRegion(route, region);
  }

  return {
    sign,
    signAndVerify: async (reference, asked) => {
      const first = await sign(reference, asked);
      if (!first.ok) return first;
      let link = first.value;
      let found = await check(link, asked.signal);
      if (await hasLearnt(reference, found, asked.signal)) {
        const again = await sign(reference, asked);
        if (again.ok) {
          link = again.value;
          found = await check(link, asked.signal);
        }
      }
      const { error } = found;
      const wasTried = error?.cause !== 'offline' && error?.cause !== 'cancelled';
      return { ok: true, value: { link: { ...link, verified: wasTried ? error === null : null }, check: error } };
    },
    verify: async (link, signal) => (await check(link, signal)).error,
    async plainAddress(reference, signal) {
      if (!isKeyed(reference) || hasDotSegments(reference.key)) return null;
      if (reference.scheme === 'az') return plainAzureAddress(options.azure, reference);
      if (reference.scheme === 's3') {
        if (!s3.publicObjects.has(reference)) return null;
        return s3PlainAddress(s3, await s3.route(reference, signal), reference);
      }
      if (!options.gcs.publicObjects.has(reference)) return null;
      return gcsPlainAddress(options.gcs, options.gcs.route(reference), reference);
    },
    serverNow: () => now() + clock.lastOffsetMs(),
  };
}

/** The clock of servers that also remembers whose was off last. A computer has one clock, so one host that finds it wrong speaks for all. */
function followedClock(clock: ServerClock): ServerClock & { lastOffsetMs(): number } {
  let lastHost: string | null = null;
  const offsetMs = (host: string): number => {
    const offset = clock.offsetMs(host);
    if (offset !== 0) lastHost = host;
    return offset;
  };
  return {
    learn: (host, date, sentAtMs) => {
      clock.learn(host, date, sentAtMs);
      offsetMs(host);
    },
    offsetMs,
    lastOffsetMs: () => (lastHost === null ? 0 : clock.offsetMs(lastHost)),
  };
}
