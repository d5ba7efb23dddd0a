/** Remembers whether the core can be reached and tells those who listen. */
export class Reachability {
  readonly #listeners = new Set<(reachable: boolean) => void>();
  #reachable = true;

  /** Sets what is known now; listeners hear only changes. */
  set(reachable: boolean): void {
    if (reachable === this.#reachable) return;
    this.#reachable = reachable;
    for (const listener of this.#listeners) listener(reachable);
  }

  /** Hears changes, and at once what is known; the answer ends it. */
  listen(listener: (reachable: boolean) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#reachable);
    return () => this.#listeners.delete(listener);
  }
}
