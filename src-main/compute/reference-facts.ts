/** What is known of files, asked once however many rows, tables and columns want it. */

import { Failure, isTransient } from '../../src-shared/model/error.ts';
import type { Cost, RemoteFacts } from '../../src-shared/model/media.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Priority } from '../cache/bytes.ts';
import type { Catalog, KnownFacts } from '../catalog/catalog.ts';
import type { Media } from '../media/media.ts';

/** A reference as the catalog gives it with a cell. */
export interface StoredReference {
  readonly id: number;
  readonly canonical: CanonicalUrl;
  readonly typed: string;
}

/** What asking is for. `again` asks once more where only an error is known. */
export interface Asking {
  readonly level: 'head' | 'header';
  readonly signal: AbortSignal;
  readonly priority: Priority;
  readonly again: boolean;
  readonly onCost: (cost: Cost) => void;
}

/** Knows and asks. Facts that are learnt wait in `takeFresh` until they are stored. */
export interface ReferenceFacts {
  /** Reads what the catalog knows of these references, so that `known` can answer at once. */
  load(ids: readonly number[]): Promise<void>;
  /** What is known and suffices for the level, without asking; null where asking is needed. Throws a remembered permanent error unless `again`. */
  known(id: number, level: Asking['level'], again: boolean): KnownFacts | null;
  /** Asks the file's host, once for all who ask at the same time. Throws `Failure`. */
  ask(reference: StoredReference, asking: Asking): Promise<KnownFacts>;
  /** Forgets files that are others now. */
  forget(ids: readonly number[]): void;
  /** What was learnt since the last call. */
  takeFresh(): KnownFacts[];
}

/** Most references whose facts are held in memory; beyond, those that are stored are forgotten. */
const maxHeld = 20_000;

/** Errors of the bytes: the host still answers what a HEAD asks. */
const contentCauses: ReadonlySet<string> = new Set(['corrupt', 'unsupported']);

/** Errors that come before anything is sent. */
const unsentCauses: ReadonlySet<string> = new Set(['blocked_host', 'invalid_url', 'no_credentials', 'cancelled', 'dns', 'offline']);

/** A probe that fails does not say what it cost; it is counted as the one request that it takes at least. */
function mayHaveAsked(reference: Reference, failure: Failure): boolean {
  return reference.scheme !== 'file' && !unsentCauses.has(failure.error.cause);
}

/** Makes an empty memory over the catalog's. */
export function createReferenceFacts(rooms: {
  readonly catalog: Catalog;
  readonly media: Media;
  readonly stat: (reference: Reference, signal: AbortSignal) => Promise<RemoteFacts>;
  readonly now: () => number;
}): ReferenceFacts {
  const held = new Map<number, KnownFacts>();
  let fresh: KnownFacts[] = [];
  /** Rises when files are forgotten, so that what was being read of them meanwhile is not kept. */
  let forgotten = 0;
  const flights = new Map<string, Promise<KnownFacts>>();

  function learn(facts: KnownFacts): KnownFacts {
    held.set(facts.referenceId, facts);
    fresh.push(facts);
    return facts;
  }

  async function askNow(stored: StoredReference, { level, signal, priority, onCost }: Asking): Promise<KnownFacts> {
    const reference = storedReference(stored);
    const before = held.get(stored.id);
    const base = { referenceId: stored.id, askedAt: new Date(rooms.now()).toISOString() };
    try {
      if (level === 'head') {
        if (reference.scheme !== 'file') onCost({ requests: 1, bytes: 0 });
        const remote = await rooms.stat(reference, signal);
        const error = before?.error && contentCauses.has(before.error.cause) ? before.error : null;
        return learn({ ...base, remote, facts: before?.facts ?? null, error });
      }
      const probe = await rooms.media.probe(reference, { signal, priority });
      onCost(probe.cost);
      return learn({ ...base, remote: probe.remote, facts: probe.facts, error: null });
    } catch (thrown) {
      if (level === 'header' && thrown instanceof Failure && mayHaveAsked(reference, thrown)) onCost({ requests: 1, bytes: 0 });
      if (thrown instanceof Failure && !isTransient(thrown.error.cause) && thrown.error.cause !== 'cancelled') {
        learn({ ...base, remote: before?.remote ?? null, facts: before?.facts ?? null, error: thrown.error });
      }
      throw thrown;
    }
  }

  async function ask(stored: StoredReference, asking: Asking): Promise<KnownFacts> {
    const key = `${stored.id} ${asking.level}`;
    const same = flights.get(key);
    const flying = same ?? (asking.level === 'head' ? flights.get(`${stored.id} header`) : undefined);
    if (!flying) {
      const flight = askNow(stored, asking).finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
      flights.set(key, flight);
      return flight;
    }
    const outcome = await flying.then(
      (facts) => ({ facts }),
      (thrown: unknown) => ({ thrown }),
    );
    if ('facts' in outcome) return outcome.facts;
    // Who asked was stopped, or looked at bytes that do not matter here: then ask oneself.
    if (same && !isAbort(outcome.thrown)) throw outcome.thrown;
    asking.signal.throwIfAborted();
    return ask(stored, asking);
  }

  return {
    async load(ids) {
      const missing = [...new Set(ids)].filter((id) => !held.has(id));
      if (missing.length === 0) return;
      if (held.size > maxHeld) {
        const unstored = new Set(fresh.map(({ referenceId }) => referenceId));
        for (const id of held.keys()) if (!unstored.has(id)) held.delete(id);
      }
      let before: number;
      let known: KnownFacts[];
      do {
        before = forgotten;
        known = await rooms.catalog.references.factsOf(missing);
      } while (before !== forgotten);
      for (const facts of known) if (!held.has(facts.referenceId)) held.set(facts.referenceId, facts);
    },
    forget(ids) {
      forgotten += 1;
      const gone = new Set(ids);
      for (const id of gone) held.delete(id);
      fresh = fresh.filter(({ referenceId }) => !gone.has(referenceId));
    },
    known(id, level, again) {
      const facts = held.get(id);
      if (!facts) return null;
      if (level === 'header' ? facts.facts : facts.remote) return facts;
      if (facts.error === null || again) return null;
      if (level === 'head' && contentCauses.has(facts.error.cause)) return null;
      throw new Failure(facts.error);
    },
    ask,
    takeFresh() {
      const taken = fresh;
      fresh = [];
      return taken;
    },
  };
}

/** True for what a stopped `AbortSignal` makes others throw. */
export function isAbort(thrown: unknown): boolean {
  return (thrown instanceof Error && thrown.name === 'AbortError') || (thrown instanceof Failure && thrown.error.cause === 'cancelled');
}
