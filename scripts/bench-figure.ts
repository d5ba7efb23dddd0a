/** What a benchmark gives. */

/** One figure. `ratio` is value ÷ yardstick; `want` is the most (or, with `atLeast`, the least) the ratio may be. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** The same unit measured beside it, or in words what it is. */
  readonly yardstick: number | string;
  readonly ratio: number;
  readonly want?: { readonly atMost: number } | { readonly atLeast: number };
}
