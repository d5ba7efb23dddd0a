/** Why thumbnails did not come, so that scrolling to and fro asks nothing twice. In memory only. */
import { isTransient, type VitrineError } from '../../src-shared/model/error.ts';
import type { LookingFetch } from '../../src-shared/model/thumbnail.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

/** A thumbnail that did not come. */
export interface ThumbnailFailure {
  readonly error: VitrineError;
  /** What the window may draw in its place. */
  readonly drawHere: 'video' | 'audio' | null;
  /** What looking might fetch, where nothing is wrong but that it might not fetch more; else null. */
  readonly heldBackBy: LookingFetch | null;
  /** The state of the file that it was, or null where that is not known. */
  readonly validator: string | null;
}

export interface ThumbnailFailures {
  /** The failure of this file and edge that still stands, or null. `validator` null stands for whichever state. */
  find(canonical: CanonicalUrl, edge: number, validator: string | null): ThumbnailFailure | null;
  remember(canonical: CanonicalUrl, edge: number, failure: ThumbnailFailure): void;
  /** Forgets all edges of a file. */
  forget(canonical: CanonicalUrl): void;
}

const mostRemembered = 5_000;
/** Causes that may pass are asked again after this many milliseconds. */
const transientMs = 5 * 60 * 1000;
/** Causes that pass though no network is to blame: room is made, a login is renewed. */
const passing: ReadonlySet<string> = new Set(['cache_full', 'disk_full', 'expired_credentials', 'no_credentials', 'access_denied']);

/** `now` gives milliseconds. */
export function createThumbnailFailures(now: () => number): ThumbnailFailures {
  /** By file, then edge; in the order in which they were remembered. */
  const failures = new Map<CanonicalUrl, Map<number, ThumbnailFailure & { readonly at: number }>>();
  return {
    find(canonical, edge, validator) {
      const found = failures.get(canonical)?.get(edge);
      if (!found) return null;
      const hasPassed = (isTransient(found.error.cause) || passing.has(found.error.cause)) && now() - found.at >= transientMs;
      const isOther = validator !== null && found.validator !== null && validator !== found.validator;
      return hasPassed || isOther ? null : found;
    },
    remember(canonical, edge, failure) {
      const edges = failures.get(canonical) ?? new Map();
      edges.set(edge, { ...failure, at: now() });
      failures.delete(canonical);
      failures.set(canonical, edges);
      for (const oldest of failures.keys()) {
        if (failures.size <= mostRemembered) break;
        failures.delete(oldest);
      }
    },
    forget: (canonical) => {
      failures.delete(canonical);
    },
  };
}
