/** Goes the way to a file step by step: identity, region, endpoint, stat, one byte, a link. */
import { type AccessStep, type AccessStepName, accessSteps } from '../../src-shared/model/access.ts';
import { errorOf, Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { sizeInWords } from '../cache/disk.ts';
import type { Links } from '../links/links.ts';
import type { Store } from '../stores/store.ts';
import type { Way, WayIdentity } from './ways.ts';

/** What a step came to: what was found, or why it has no meaning here. */
type Found = { readonly text: string; readonly isSkipped?: boolean; readonly endsAt?: Date | null };

/** A link is made for so long; whether it can be made does not depend on it, and nobody gets it. In seconds. */
const triedSeconds = 60;

/** Tells each step as it is known, and gives all six. @param options.now milliseconds since 1970 */
export async function testAccess(options: {
  readonly reference: Reference;
  readonly findWay: () => Promise<Way>;
  readonly store: Store;
  readonly links: Links;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly report: (step: AccessStep) => void;
}): Promise<AccessStep[]> {
  const { reference, store, signal, now } = options;
  const done: AccessStep[] = [];

  function tell(step: AccessStep): void {
    done.push(step);
    options.report(step);
  }

  async function run(step: AccessStepName, work: () => Promise<Found>): Promise<void> {
    const failedAt = done.findIndex(({ state }) => state === 'failed');
    if (failedAt >= 0) {
      tell({ step, state: 'skipped', text: `not tried, since step ${failedAt + 1} failed`, error: null, endsAt: null });
      return;
    }
    try {
      const { text, isSkipped = false, endsAt = null } = await work();
      tell({ step, state: isSkipped ? 'skipped' : 'ok', text, error: null, endsAt: endsAt?.toISOString() ?? null });
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      if (signal.aborted || thrown.error.cause === 'cancelled') throw fail('cancelled', { message: 'Stopped by you.' });
      tell({ step, state: 'failed', text: thrown.error.message, error: thrown.error, endsAt: null });
    }
  }

  let way: Way;
  try {
    way = await options.findWay();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    if (signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    const error = errorOf(thrown);
    for (const step of accessSteps) {
      if (step === 'endpoint') tell({ step, state: 'failed', text: error.message, error, endsAt: null });
      else tell({ step, state: 'skipped', text: 'not tried, since step 3 failed', error: null, endsAt: null });
    }
    return done;
  }

  let identity: WayIdentity = { value: null, why: '', end: null };
  await run('identity', async () => {
    identity = await way.identity();
    return { text: `${identity.value ?? 'none'}: ${identity.why}` };
  });
  await run('region', async () => {
    if (way.region === null) return { text: way.without, isSkipped: true };
    if (way.missing !== null) throw fail('not_found', { message: way.missing, next: 'Correct the address.' });
    return { text: `${way.region.value}: ${way.region.why}` };
  });
  await run('endpoint', async () =>
    way.endpoint === null
      ? { text: way.without, isSkipped: true }
      : { text: `${way.endpoint.value?.replace(/^https:\/\//, '')}: ${way.endpoint.why}` },
  );
  await run('stat', async () => ({ text: factsInWords(await store.stat(reference, signal)) }));
  await run('byte', async () => {
    const { body, size } = await store.read(reference, { range: { start: 0, end: 1 }, signal });
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.byteLength;
    const what = bytes === 0 ? `the file is empty${size === 0 ? '' : ' there'}` : 'read';
    if (!way.isPublic()) return { text: what };
    return {
      text:
        identity.value === null
          ? `${what} without credentials: the file is public`
          : `${what} without credentials: ${identity.value} was refused, but the file is public`,
    };
  });
  await run('sign', () => trySigning(options, way, identity, now()));
  return done;
}

async function trySigning(
  { reference, links, signal }: { reference: Reference; links: Links; signal: AbortSignal },
  way: Way,
  identity: WayIdentity,
  nowMs: number,
): Promise<Found> {
  if (reference.scheme === 'file') return { text: 'a file on this computer has no address that others could open', isSkipped: true };
  const isWeb = reference.scheme === 'http' || reference.scheme === 'https';
  if (!isWeb && identity.value === null) {
    const rest = way.isPublic() ? '; the plain address works and has no end' : '';
    return { text: `there are no credentials to sign with${rest}`, isSkipped: true };
  }
  if (!isWeb && way.isPublic()) {
    return {
      text: `${identity.value} was refused, so links that it signs would not open; the plain address works and has no end`,
      isSkipped: true,
    };
  }
  const outcome = await links.sign(reference, { expiresSeconds: triedSeconds, overCap: 'clamp', signal });
  if (!outcome.ok) throw new Failure(outcome.error);
  const { value: link } = outcome;
  if (isWeb) {
    const end = link.expires_at === null ? null : new Date(link.expires_at);
    return {
      text: end === null ? 'the address is a web link already, without an end' : 'the address is a signed link already',
      endsAt: end,
    };
  }
  const cap = link.signer?.capSeconds ?? null;
  const ends = [...(cap === null ? [] : [nowMs + cap * 1000]), ...(identity.end === null ? [] : [identity.end.getTime()])];
  const isEndUnknown = link.limited_by === 'unknown';
  const text = isEndUnknown ? 'can be made; the end of these credentials is not known' : 'can be made';
  return { text, endsAt: ends.length === 0 || isEndUnknown ? null : new Date(Math.min(...ends)) };
}

function factsInWords({ size, type, storageClass }: RemoteFacts): string {
  const parts = [size === null ? 'size not said' : sizeInWords(size), ...(type === null ? [] : [type])];
  return [...parts, ...(storageClass === null || storageClass === 'STANDARD' ? [] : [`class ${storageClass}`])].join(', ');
}
