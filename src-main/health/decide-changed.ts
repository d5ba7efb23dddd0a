/** What a user decides for files that are others upstream now. */
import { fail, outcomeOf } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Decided } from './health.ts';
import { type HealthOptions, unknownReference } from './health-options.ts';
import { hostOf, workPolitely } from './polite-work.ts';

interface Changed {
  readonly referenceId: number;
  readonly reference: Reference;
  readonly remote: RemoteFacts;
}

/** Decides one after the other for what is known, then fetches what was here; a failed one is named and the others go on. */
export async function decideChanged(
  { catalog, bytes, caps, now }: HealthOptions,
  { referenceIds, choice, signal }: { referenceIds: readonly number[]; choice: 'keep' | 'take_new'; signal: AbortSignal },
): Promise<Decided> {
  const asked = [...new Set(referenceIds)];
  const { changed, failed } = await changedOf(catalog, asked);
  const at = new Date(now()).toISOString();
  const states = (state: 'kept' | 'same') =>
    changed.map(({ reference, remote }) => ({
      canonical: reference.canonical,
      checkedAt: at,
      state,
      remote: state === 'kept' ? remote : null,
    }));
  if (choice === 'keep') {
    await catalog.upstream.put(states('kept'));
    return { references: changed.length, staleTables: [], failed };
  }
  const wasHere = changed.filter(({ reference }) => bytes.isKept(reference.canonical) || bytes.copyOf(reference)?.state === 'whole');
  // Before anything is computed anew: it would be computed from the former copy.
  for (const { reference, remote } of changed) await bytes.dropChanged(reference, remote);
  await catalog.references.putListed(changed.map(({ referenceId, remote }) => ({ referenceId, remote, at, isChanged: true })));
  await catalog.upstream.put(states('same'));
  await workPolitely(
    listed(wasHere),
    caps(),
    ({ reference }) => hostOf(reference),
    async ({ referenceId, reference }) => {
      const fetched = await outcomeOf(() => bytes.fetch(reference, { signal, priority: 'asked', isExplicit: true }));
      if (fetched.ok) fetched.value.release();
      else failed.push({ referenceId, error: fetched.error });
    },
  );
  const shown = await catalog.references.shownIn(changed.map(({ reference }) => reference.canonical));
  return { references: changed.length, staleTables: [...new Set(shown.flatMap(({ tables }) => tables))], failed };
}

async function* listed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** Which of these are known to have changed, and why the others cannot be decided for. */
async function changedOf(
  catalog: HealthOptions['catalog'],
  referenceIds: readonly number[],
): Promise<{ changed: Changed[]; failed: Decided['failed'] }> {
  const stored = new Map((await catalog.references.get([...referenceIds])).map((one) => [one.id, one] as const));
  const marks = new Map(
    (await catalog.upstream.get([...stored.values()].map(({ canonical }) => canonical))).map((mark) => [mark.canonical, mark] as const),
  );
  const changed: Changed[] = [];
  const failed: Decided['failed'] = [];
  for (const referenceId of referenceIds) {
    const one = stored.get(referenceId);
    const remote = one && (marks.get(one.canonical)?.remote ?? null);
    if (!one) failed.push({ referenceId, error: unknownReference(referenceId).error });
    else if (remote) changed.push({ referenceId, reference: storedReference(one), remote });
    else {
      const { error } = fail('invalid_input', {
        message: 'This file is not known to have changed upstream.',
        next: 'Check it first; there is nothing to decide.',
      });
      failed.push({ referenceId, error });
    }
  }
  return { changed, failed };
}
