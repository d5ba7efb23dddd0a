/** Steps of a player: speeds, single frames, places that can be sought. Pure. */

/** Speeds, 1 as it was filmed. */
export const speeds = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 3, 4] as const;

/** The next faster or slower speed; the last stays. */
export function speedBy(speed: number, step: 1 | -1): number {
  const next = step === 1 ? speeds.find((one) => one > speed) : speeds.findLast((one) => one < speed);
  return next ?? speed;
}

/** Frames a second where the file does not say. */
const usualFps = 30;

/** The middle of the next frame or the one before: its edges are no safe place, since times are rounded on the way. */
export function frameTime(time: number, fps: number | null, step: 1 | -1): number {
  const rate = fps !== null && fps > 0 ? fps : usualFps;
  const frame = Math.floor(time * rate + 0.01) + step;
  return Math.max(0, (frame + 0.5) / rate);
}

/** A place inside the film or sound; with no known end only its start is one. */
export function placeWithin(time: number, duration: number | null): number {
  return Math.max(0, duration === null ? time : Math.min(time, duration));
}
