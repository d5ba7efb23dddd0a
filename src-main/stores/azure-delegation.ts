/** Delegation keys: with them a login signs links, without lending itself. */
import type { UserDelegationKey } from '@azure/storage-blob';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { AzureIdentity } from '../credentials/azure.ts';
import { hostOf, plainHeaders, textOf } from './azure-answer.ts';
import { blobService, understood } from './azure-library.ts';
import type { AzureRoute, SendAsSomebody } from './azure-route.ts';
import { endpointText } from './endpoint.ts';
import type { ServerClock } from './server-clock.ts';
import type { TrafficMeter } from './store.ts';

/**
 * A key to sign links with in the name of a login, good at least until `until` where the provider allows that: it lives seven days at most.
 * Throws `signature_not_possible` where the login may read but gets no key.
 */
export type DelegationKeys = (route: AzureRoute, identity: AzureIdentity, until: Date, signal: AbortSignal) => Promise<UserDelegationKey>;

/** Seven days, the longest life of a delegation key: https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key */
const longestKeyMs = 604_800_000;
/** A server whose clock is behind ours takes seven days for more, so a second try asks for this much less. */
const clockMarginMs = 300_000;

interface Held {
  readonly key: Promise<UserDelegationKey>;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
}

/** Makes the memory of keys: one an account and login serves until a link wants to live longer than it. @param options.now milliseconds since 1970 */
export function createDelegationKeys(options: {
  send: SendAsSomebody;
  serverClock: ServerClock;
  meter: TrafficMeter;
  now: () => number;
}): DelegationKeys {
  const { send, serverClock, meter, now } = options;
  const delegationKeys = new WeakMap<AzureIdentity, Map<string, Held>>();

  async function newDelegationKey(route: AzureRoute, identity: AzureIdentity, signal: AbortSignal): Promise<UserDelegationKey> {
    const host = hostOf(route.endpoint);
    const service = await blobService(route.endpoint, 'UserDelegationKey', async (request) => {
      const answer = await send(route, identity, { ...request, signal });
      return { status: answer.status, headers: plainHeaders(answer), text: await textOf(answer, signal, host, meter) };
    });
    const startMs = now() + serverClock.offsetMs(host);
    const refused = (thrown: unknown): never => {
      if (!(thrown instanceof Failure) || thrown.error.cause !== 'access_denied') throw thrown;
      // A role on one container lets its holder read; the key is a matter of the whole account.
      throw fail('signature_not_possible', {
        message: `${identity.name.charAt(0).toUpperCase()}${identity.name.slice(1)} can read but not sign: Azure gave it no delegation key.`,
        next: `Ask the owner for the role “Storage Blob Delegator” on the account “${route.account}”, then retry.`,
        details: thrown.error.details ?? {},
      });
    };
    const ask = (lifeMs: number) =>
      understood(route.endpoint, () => service.getUserDelegationKey(new Date(startMs), new Date(startMs + lifeMs)));
    return ask(longestKeyMs).catch((thrown: unknown) => {
      if (!(thrown instanceof Failure) || thrown.error.details?.status !== 400) return refused(thrown);
      return ask(longestKeyMs - clockMarginMs).catch(refused);
    });
  }

  const keys: DelegationKeys = async (route, identity, until, signal) => {
    const known = delegationKeys.get(identity) ?? new Map<string, Held>();
    delegationKeys.set(identity, known);
    const name = `${route.account} ${endpointText(route.endpoint)}`;
    const held = known.get(name);
    const key = await held?.key.catch((thrown: unknown) => {
      if (known.get(name) === held) known.delete(name);
      // Whoever asked first may have given up; that is no answer for the others.
      if (thrown instanceof Failure && thrown.error.cause === 'cancelled') return null;
      throw thrown;
    });
    // A key that was made a moment ago will not live longer by being made again.
    if (held && key && (key.signedExpiresOn.getTime() >= until.getTime() || now() - held.askedAt < 60_000)) return key;
    if (known.get(name) === held || !known.has(name)) {
      const next = { key: newDelegationKey(route, identity, signal), askedAt: now() };
      known.set(name, next);
      return next.key.catch((thrown: unknown) => {
        if (known.get(name) === next) known.delete(name);
        throw thrown;
      });
    }
    return keys(route, identity, until, signal);
  };
  return keys;
}
