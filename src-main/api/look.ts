/** What is needed to show one file large: what is known of it, else what its header says. */
import type { Look } from '../../src-shared/contract/files.ts';
import { fail, isTransient, outcomeOf } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Library } from '../library.ts';

/**
 * Looks at one reference. A header that cannot be read is an answer too: its error stands beside what is known.
 * So is nothing at all, where looking may not fetch even the header and nobody asked for it on purpose.
 * @throws Failure `unknown_name` where there is no such reference
 */
export async function look(
  { catalog, media, bytes }: Library,
  referenceId: number,
  { isAsked, signal }: { isAsked: boolean; signal: AbortSignal },
): Promise<Look> {
  const [found] = await catalog.references.get([referenceId]);
  if (!found) throw fail('unknown_name', { message: `There is no reference ${referenceId}.`, next: 'Its row may have been removed.' });
  const reference = storedReference(found);
  const held = bytes.heldOf(reference);
  const [known] = await catalog.references.factsOf([referenceId]);
  const mayFetchOf = (remote: RemoteFacts | null) =>
    isAsked ? 'as_needed' : media.mayFetch(reference, { known: remote, knownError: known?.error ?? null });
  const mayFetch = mayFetchOf(known?.remote ?? null);
  if (known?.facts) return { remote: known.remote, facts: known.facts, error: null, held, mayFetch };
  if (mayFetch === 'when_asked') return { remote: known?.remote ?? null, facts: null, error: null, held, mayFetch };
  const probe = await outcomeOf(() => media.probe(reference, { signal, priority: 'visible' }));
  const askedAt = new Date().toISOString();
  if (!probe.ok) {
    if (!isTransient(probe.error.cause) && probe.error.cause !== 'cancelled') {
      await catalog.references.putFacts([{ referenceId, remote: known?.remote ?? null, facts: null, error: probe.error, askedAt }]);
    }
    return { remote: known?.remote ?? null, facts: null, error: probe.error, held, mayFetch };
  }
  const { remote, facts } = probe.value;
  await catalog.references.putFacts([{ referenceId, remote, facts, error: null, askedAt }]);
  return { remote, facts, error: null, held, mayFetch: mayFetchOf(remote) };
}
