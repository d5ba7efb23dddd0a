/** How loud a sound is over its length: loudest samples of equal parts, whatever its length turns out to be. */

/** While the length is unknown, this many pieces are kept; when they are full, neighbours become one. */
const pieceLimit = 16_384;

/** Takes samples one after the other. */
export interface PeakCounter {
  /** `loudness` is the absolute value of a sample, 0 to 1. */
  add(loudness: number): void;
  /** Samples so far. */
  readonly count: number;
  /** The loudest sample of each of at most `parts` equal parts, rounded to thousandths. */
  peaks(parts: number): number[];
}

/** Counts without keeping the samples: some 64 KB, however long the sound is. */
export function createPeakCounter(): PeakCounter {
  let pieces: number[] = [];
  let samplesPerPiece = 1;
  let inPiece = 0;
  let loudest = 0;
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(loudness) {
      count += 1;
      inPiece += 1;
      if (loudness > loudest) loudest = loudness;
      if (inPiece < samplesPerPiece) return;
      pieces.push(loudest);
      loudest = 0;
      inPiece = 0;
      if (pieces.length < pieceLimit) return;
      const halved: number[] = [];
      for (let index = 0; index < pieces.length; index += 2) halved.push(Math.max(pieces[index] ?? 0, pieces[index + 1] ?? 0));
      pieces = halved;
      samplesPerPiece *= 2;
    },
    peaks(parts) {
      const all = inPiece > 0 ? [...pieces, loudest] : pieces;
      const made = Math.min(parts, all.length);
      return Array.from({ length: made }, (_, part) => {
        let peak = 0;
        const end = Math.floor(((part + 1) * all.length) / made);
        for (let index = Math.floor((part * all.length) / made); index < end; index += 1) peak = Math.max(peak, all[index] ?? 0);
        return Math.round(Math.min(1, peak) * 1000) / 1000;
      });
    },
  };
}
