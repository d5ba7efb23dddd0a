/** What all thumbnails of a window share: how many load at the same time, what they taught, and what could not be drawn. */
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { FewAtOnce } from './few-at-once.ts';
import { LearnedSizes } from './learned-sizes.ts';

/** A browser has six connections to the host: one listens, and one must be left for calls, whatever a slow server does. */
const loadedAtOnce = 4;
/** Each is a decoder with a film in it. */
const drawnAtOnce = 2;
const mostRefused = 5_000;

/** Made once for a window. */
export class Thumbnails {
  readonly loading = new FewAtOnce(loadedAtOnce);
  readonly drawing = new FewAtOnce(drawnAtOnce);
  readonly sizes = new LearnedSizes();
  readonly #refused = new Map<number, VitrineError>();

  /** The window's decoders did not understand this file; they are not asked again. */
  refuse(referenceId: number, error: VitrineError): void {
    this.#refused.set(referenceId, error);
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size <= mostRefused) break;
      this.#refused.delete(oldest);
    }
  }

  /** Why this file was not drawn, or null where it may be tried. */
  refusalOf(referenceId: number): VitrineError | null {
    return this.#refused.get(referenceId) ?? null;
  }
}
