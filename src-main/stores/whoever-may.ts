/** Reads as whoever may: the identity that is held, and where it is refused once as nobody, which is remembered for the place. */
import { Failure } from '../../src-shared/model/error.ts';
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

/** Makes an empty memory. @param now milliseconds since 1970 */
export function createWhoeverMay<I>(now: () => number): WhoeverMay<I> {
  const known = new Map<string, { readonly isOpen: boolean; readonly learntAt: number }>();

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
      const memory = known.get(place);
      let isNobodyTried = memory?.isOpen ?? false;
      if (isNobodyTried) {
        const asNobody = await tried(() => attempt(null));
        if ('value' in asNobody) return asNobody.value;
        known.delete(place);
      }
      const held = await tried(async () => {
        const found = await identity();
        isNobodyTried ||= found === null;
        return attempt(found);
      });
      if ('value' in held) return held.value;
      const isKnownClosed = memory?.isOpen === false && now() - memory.learntAt < closedHoldsMs;
      if (isNobodyTried || isKnownClosed) throw held.refused;
      const asNobody = await tried(() => attempt(null));
      known.set(place, { isOpen: 'value' in asNobody, learntAt: now() });
      if ('value' in asNobody) return asNobody.value;
      throw held.refused;
    },
    readsWithoutCredentials: (place) => known.get(place)?.isOpen ?? false,
  };
}
