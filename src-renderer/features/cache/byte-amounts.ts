/** Amounts of bytes as they are typed: a number in a unit. Pure. */

/** Units of fields, in bytes. */
export const byteUnits = { MB: 1e6, GB: 1e9, TB: 1e12 } as const;
export type ByteUnit = keyof typeof byteUnits;

/** An amount as a field shows it. */
export interface TypedAmount {
  readonly text: string;
  readonly unit: ByteUnit;
}

/** In the largest unit of which it is at least one, to four digits after the point. */
export function amountOf(bytes: number): TypedAmount {
  const unit: ByteUnit = bytes >= byteUnits.TB ? 'TB' : bytes >= byteUnits.GB ? 'GB' : 'MB';
  return { unit, text: String(Number((bytes / byteUnits[unit]).toFixed(4))) };
}

/** Whole bytes, or null for what is no number above 0. A comma is read as a point. */
export function bytesOf({ text, unit }: TypedAmount): number | null {
  const typed = text.trim().replace(',', '.');
  const bytes = typed === '' ? Number.NaN : Math.round(Number(typed) * byteUnits[unit]);
  return Number.isFinite(bytes) && bytes > 0 ? bytes : null;
}

/** Places of a slider. */
export const sliderSteps = 200;
/** The slider begins here; less can be typed. */
const leastOnSlider = 100e6;

/** Where an amount is on a slider whose end is `most`, from 0: each step is the same share more, since 1 GB and 1 TB are both usual. */
export function sliderPlace(bytes: number, most: number): number {
  const share = Math.log(Math.max(bytes, leastOnSlider) / leastOnSlider) / Math.log(Math.max(most, 2 * leastOnSlider) / leastOnSlider);
  return Math.round(sliderSteps * Math.min(1, share));
}

/** The amount at a place, in two digits. */
export function amountAt(place: number, most: number): number {
  const bytes = leastOnSlider * (Math.max(most, 2 * leastOnSlider) / leastOnSlider) ** (place / sliderSteps);
  return Number(bytes.toPrecision(2));
}
