/** The holdings under way, one for each object, however many read it; those just left stay in memory for a while. */
import { placeOf } from '../../src-shared/reference/keyed-address.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import type { Store } from '../stores/store.ts';
import { fileNameOf } from './entry-name.ts';
import { type Holding, type HoldingGround, openHolding } from './holding.ts';

/** A place at a holding. */
export interface Seat {
  readonly holding: Holding;
  /** May be called more than once. Resolves when what the last one leaves is put away. */
  leave(): Promise<void>;
}

export interface Holdings {
  /** Joins the holding of the object, opening it where nobody reads it now. */
  join(reference: Reference): Promise<Seat>;
  /** The one under way, if there is one. */
  get(canonical: CanonicalUrl): Holding | null;
  /** The object is another one now. */
  forget(canonical: CanonicalUrl): Promise<void>;
  /** Stops all. */
  close(): Promise<void>;
}

/** Holdings that nobody reads: their bytes are bounded by the memory they share, their number by this. */
const mostIdle = 4096;
/** What was read so long ago is asked for again: nobody has looked whether it is still the same. */
const idleMs = 5 * 60_000;

interface Kept {
  opening: Promise<Holding>;
  holding: Holding | null;
  users: number;
  since: number;
  closing: Promise<void> | null;
}

/** Whose cap of transfers counts: the host, or the bucket, which is a host of its own at the providers. */
export function hostOf(reference: Reference): string {
  if (reference.scheme === 'file') return 'file';
  return 'host' in reference ? reference.host : `${reference.scheme}://${placeOf(reference).bucket}`;
}

/** `clock` is in milliseconds. */
export function createHoldings(
  ground: HoldingGround,
  { storeOf, clock }: { storeOf: (reference: Reference) => Store; clock: () => number },
): Holdings {
  /** The last left is the last. */
  const held = new Map<CanonicalUrl, Kept>();

  function end(canonical: CanonicalUrl, kept: Kept): Promise<void> {
    kept.closing ??= (kept.holding ? kept.holding.close() : kept.opening.then((holding) => holding.close()))
      .catch(() => undefined)
      .finally(() => {
        if (held.get(canonical) === kept) held.delete(canonical);
      });
    return kept.closing;
  }

  async function left(canonical: CanonicalUrl, kept: Kept): Promise<void> {
    kept.users -= 1;
    if (kept.users > 0 || kept.closing) return;
    if (!kept.holding || kept.holding.isOnDisk || kept.holding.ranges.length === 0) return end(canonical, kept);
    kept.holding.stop();
    kept.since = clock();
    held.delete(canonical);
    held.set(canonical, kept);
    for (const [address, other] of held) {
      if (other.users > 0 || other.closing) continue;
      const isSpent = held.size > mostIdle || clock() - other.since > idleMs || other.holding?.ranges.length === 0;
      if (!isSpent) break;
      void end(address, other);
    }
  }

  return {
    async join(reference) {
      const { canonical } = reference;
      for (let former = held.get(canonical); former; former = held.get(canonical)) {
        if (former.users === 0 && !former.closing && clock() - former.since > idleMs) void end(canonical, former);
        if (!former.closing) break;
        await former.closing;
      }
      let kept = held.get(canonical);
      if (!kept) {
        const opening = openHolding(ground, {
          ...{ reference, host: hostOf(reference), store: storeOf(reference), name: fileNameOf(reference, null) },
          part: ground.files.leasePart(reference, null),
        });
        kept = { opening, holding: null, users: 0, since: clock(), closing: null };
        held.set(canonical, kept);
      }
      const mine = kept;
      mine.users += 1;
      let isOver = false;
      const leave = async () => {
        if (isOver) return;
        isOver = true;
        await left(canonical, mine);
      };
      try {
        mine.holding = await mine.opening;
        mine.holding.use(reference);
      } catch (thrown) {
        held.delete(canonical);
        throw thrown;
      }
      return { holding: mine.holding, leave };
    },
    get: (canonical) => held.get(canonical)?.holding ?? null,
    async forget(canonical) {
      const kept = held.get(canonical);
      if (kept) await (await kept.opening).forget();
    },
    async close() {
      await Promise.all([...held].map(([canonical, kept]) => end(canonical, kept)));
    },
  };
}
