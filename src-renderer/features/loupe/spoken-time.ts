/** Times as they are heard, not read: "1 minute 12 seconds". */
import { plural } from '../../app/plural.ts';

const forms = {
  hours: { one: '# hour', other: '# hours' },
  minutes: { one: '# minute', other: '# minutes' },
  seconds: { one: '# second', other: '# seconds' },
} as const;

/** Whole seconds in words; parts that are zero are left out, unless nothing is left. */
export function spokenTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [
    [Math.floor(whole / 3600), forms.hours],
    [Math.floor(whole / 60) % 60, forms.minutes],
    [whole % 60, forms.seconds],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, form]) => plural(count, form));
  return said.length === 0 ? plural(0, forms.seconds) : said.join(' ');
}
