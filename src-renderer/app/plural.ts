/** Plurals as ICU words them: the form is chosen by the language's own rules, `#` is the count as the locale writes it. */
import { formatCount } from './format.ts';

/** The forms of a counted phrase. English has one and other; `zero` is for "no rows", where a language has no such form itself. */
export interface PluralForms {
  readonly zero?: string;
  readonly one: string;
  readonly other: string;
}

const rules = new Intl.PluralRules('en');

/** `plural(3, { one: '# row', other: '# rows' })` is `3 rows`. */
export function plural(count: number, forms: PluralForms): string {
  const form = count === 0 && forms.zero !== undefined ? forms.zero : rules.select(count) === 'one' ? forms.one : forms.other;
  return form.replaceAll('#', formatCount(count));
}
