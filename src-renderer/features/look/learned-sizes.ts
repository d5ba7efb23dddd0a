/** What thumbnails taught about the shape of files whose header was never asked: a bounded map by reference, the oldest forgotten first. */

/** Many screens of small tiles; some 2 MB. */
const mostSizes = 20_000;

/** Width ÷ height by reference. */
export class LearnedSizes {
  readonly #ratios = new Map<number, number>();
  readonly #listeners = new Set<() => void>();

  /** Takes in what a picture turned out to be, in any unit. */
  learn(referenceId: number, width: number, height: number): void {
    if (!(width > 0 && height > 0) || this.#ratios.get(referenceId) === width / height) return;
    this.#ratios.delete(referenceId);
    this.#ratios.set(referenceId, width / height);
    for (const oldest of this.#ratios.keys()) {
      if (this.#ratios.size <= mostSizes) break;
      this.#ratios.delete(oldest);
    }
    for (const listener of this.#listeners) listener();
  }

  /** Null where nothing was learned. */
  ratioOf(referenceId: number): number | null {
    return this.#ratios.get(referenceId) ?? null;
  }

  /** Hears that something was learned; the answer ends it. */
  onLearned(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
