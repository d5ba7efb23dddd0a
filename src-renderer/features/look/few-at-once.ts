/** Lets so many do something at the same time; the others wait in their order, and who gives up leaves the line. */

/** A line with this many places at its front. */
export class FewAtOnce {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /** A place, as a function that gives it back (again and again does nothing); null where the signal was aborted before there was one. */
  async enter(signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return null;
    if (this.#free > 0) {
      this.#free -= 1;
      return this.#leaving();
    }
    return new Promise((resolve) => {
      const come = () => {
        signal.removeEventListener('abort', giveUp);
        resolve(this.#leaving());
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(come), 1);
        resolve(null);
      };
      this.#waiting.push(come);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #leaving(): () => void {
    let isHere = true;
    return () => {
      if (!isHere) return;
      isHere = false;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }
}
