/** How long a link is asked to work: a preset, an amount of a unit, or until a date. Pure; the core clamps what is too long. */

/** Offered lives, in seconds. */
export const presets = [900, 3600, 86_400, 604_800] as const;
/** Units of an amount, in seconds. */
export const units = [60, 3600, 86_400] as const;
export type Unit = (typeof units)[number];

export type Life =
  | { readonly kind: 'preset'; readonly seconds: (typeof presets)[number] }
  /** As typed. */
  | { readonly kind: 'amount'; readonly text: string; readonly unit: Unit }
  /** As the field gives it, in the window's own zone: `2026-11-24T19:24`. */
  | { readonly kind: 'date'; readonly text: string };

/** The life of so many seconds: a preset, else an amount of the largest unit that it is a whole number of. */
export function lifeOf(seconds: number): Life {
  const preset = presets.find((one) => one === seconds);
  return preset === undefined ? amountOf(seconds) : { kind: 'preset', seconds: preset };
}

/** The same as an amount, to begin typing from. */
export function amountOf(seconds: number): Life {
  const unit = units.toReversed().find((one) => seconds % one === 0) ?? 60;
  return { kind: 'amount', text: String(Math.max(1, Math.round(seconds / unit))), unit };
}

/** Whole seconds from now, or null for what is no time after now. A comma is read as a decimal point. */
export function secondsOf(life: Life, now: number): number | null {
  if (life.kind === 'preset') return life.seconds;
  // Up, since signatures count from a second that has begun: a link until 19:24 must not end a moment before.
  const seconds = life.kind === 'date' ? Math.ceil((Date.parse(life.text) - now) / 1000) : amountIn(life.text) * life.unit;
  if (!Number.isFinite(seconds) || seconds <= 0) return null;
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, Math.round(seconds)));
}

function amountIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'));
}

/** An instant as a date field takes it, in the window's own zone, to the minute. */
export function dateText(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
