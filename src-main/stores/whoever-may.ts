/** Reads as whoever may: the identity that is held, and where it is refused once as nobody, which is remembered for the place. */
import { Failure } from '../../src-shared/model/error.ts';
import type { StoreMemory } from './s3-access.ts';
import { isRefusalOfIdentity } from './s3-errors.ts';

/** How one thing is asked. */
export interface Asking<I, T> {
  /** Null where there is none. May throw a refusal, as an ended login does. */
  identity(): Promise<I | null>;
  /** One try as somebody, or as nobody. */
  attempt(identity: I | null): Promise<T>;
}

export interface WhoeverMay<I> {
  /** @param place what is remembered for, such as a container */
  ask<T>(place: string, asking: Asking<I, T>): Promise<T>;
  /** True where the identity was refused and nobody was let in. */
  readsWithoutCredentials(place: string): boolean;
}

/** A place that refused readers without credentials is tried again that way after this long. */
const closedHoldsMs = 600_000;

/**
 * Makes it over a memory that outlives this process.
 * @param options.kind begins the names in that memory
 * @param options.now milliseconds since 1970
 */
export function createWhoeverMay<I>(options: { memory: StoreMemory; kind: string; now: () => number }): WhoeverMay<I> {
  const { memory, now } = options;
  const closedAt = new Map<string, number>();
  const nameOf = (place: string) => `${options.kind}-open ${place}`;
  const isOpen = (place: string) => memory.get(nameOf(place)) === 'yes';

  /** The value, or the refusal to go on from; all else is thrown. */
  async function tried<T>(work: () => Promise<T>): Promise<{ value: T } | { refused: Failure }> {
    try {
      return { value: await work() };
    } catch (thrown) {
      if (thrown instanceof Failure && isRefusalOfIdentity(thrown)) return { refused: thrown };
      throw thrown;
    }
  }

  return {
    async ask(place, { identity, attempt }) {
      let isNobodyTried = isOpen(place);
      if (isNobodyTried) {
        const asNobody = await tried(() => attempt(null));
        if ('value' in asNobody) return asNobody.value;
        memory.set(nameOf(place), 'no');
      }
      const held = await tried(async () => {
        const found = await identity();
        isNobodyTried ||= found === null;
        return attempt(found);
      });
      if ('value' in held) return held.value;
      const isKnownClosed = now() - (closedAt.get(place) ?? Number.NEGATIVE_INFINITY) < closedHoldsMs;
      if (isNobodyTried || isKnownClosed) throw held.refused;
      const asNobody = await tried(() => attempt(null));
      if ('refused' in asNobody) {
        closedAt.set(place, now());
        throw held.refused;
      }
      memory.set(nameOf(place), 'yes');
      return asNobody.value;
    },
    readsWithoutCredentials: isOpen,
  };
}
