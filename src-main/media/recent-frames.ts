/** The frames that were cut out last, so that a player that asks again, or first because ffmpeg is missing, costs nothing more. */
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { OneFrame } from './one-frame.ts';

export interface RecentFrames {
  get(canonical: CanonicalUrl): OneFrame | null;
  put(canonical: CanonicalUrl, frame: OneFrame): void;
}

const mostBytes = 32 * 1024 * 1024;

/** Starts empty; the oldest go when they are together larger than 32 MB. */
export function createRecentFrames(): RecentFrames {
  const frames = new Map<CanonicalUrl, OneFrame>();
  let held = 0;
  function remove(canonical: CanonicalUrl): void {
    held -= frames.get(canonical)?.bytes.length ?? 0;
    frames.delete(canonical);
  }
  return {
    get: (canonical) => frames.get(canonical) ?? null,
    put(canonical, frame) {
      remove(canonical);
      frames.set(canonical, frame);
      held += frame.bytes.length;
      for (const oldest of frames.keys()) {
        if (held <= mostBytes) break;
        remove(oldest);
      }
    },
  };
}
