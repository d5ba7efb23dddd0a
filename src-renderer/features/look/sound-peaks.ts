/** From samples to peaks, and from peaks to the outline of a waveform. */

/** Samples looked at in one go, some 5 ms; between two goes the window answers keys. */
const samplesAtOnce = 2_000_000;

/** The loudest sample of each of so many equal parts, over all channels, 0 to 1. Rejects when the signal is aborted. */
export async function peaksOf(channels: readonly Float32Array[], parts: number, signal: AbortSignal): Promise<number[]> {
  const length = channels[0]?.length ?? 0;
  const count = Math.min(parts, length);
  const peaks: number[] = [];
  let looked = 0;
  for (let part = 0; part < count; part += 1) {
    const start = Math.floor((part * length) / count);
    const end = Math.floor(((part + 1) * length) / count);
    let loudest = 0;
    for (const samples of channels) {
      for (let index = start; index < end; index += 1) loudest = Math.max(loudest, Math.abs(samples[index] ?? 0));
    }
    peaks.push(Math.min(1, Math.round(loudest * 1000) / 1000));
    looked += (end - start) * channels.length;
    if (looked < samplesAtOnce) continue;
    looked = 0;
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  return peaks;
}

/** So many bars of the loudest peaks of their parts; fewer where there are fewer peaks. */
export function barsOf(peaks: readonly number[], most: number): number[] {
  const count = Math.max(1, Math.min(Math.floor(most), peaks.length));
  return Array.from({ length: peaks.length === 0 ? 0 : count }, (_, bar) =>
    Math.max(...peaks.slice(Math.floor((bar * peaks.length) / count), Math.max(1, Math.floor(((bar + 1) * peaks.length) / count)))),
  );
}

/** The bars as an outline in a box two units a bar wide and two high, about its middle; silence keeps a thin line. */
export function outlineOf(bars: readonly number[]): string {
  const thinnest = 0.03;
  return bars
    .map((bar, place) => {
      const half = Math.max(thinnest, Math.min(1, bar)).toFixed(3);
      return `M${place * 2 + 0.5} ${(1 - Number(half)).toFixed(3)}h1v${(2 * Number(half)).toFixed(3)}h-1z`;
    })
    .join('');
}
