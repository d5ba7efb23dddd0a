/** A name for a new table, from where its references come from. */
import type { Reference } from '../../src-shared/reference/reference.ts';

/** Counts buckets, hosts and folders as they come by; `name` is the most frequent one, not yet among `taken` (compared without case). */
export class NameSuggestion {
  readonly #counts = new Map<string, number>();

  add(reference: Reference): void {
    const name = placeOf(reference);
    // Past a thousand places no single one is a good name.
    if (this.#counts.size < 1000 || this.#counts.has(name)) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  name(taken: readonly string[]): string {
    const [most] = [...this.#counts].toSorted((a, b) => b[1] - a[1]);
    const base = cleaned(most?.[0] ?? '') || 'Import';
    const used = new Set(taken.map((name) => name.toLowerCase()));
    let name = base;
    for (let number = 2; used.has(name.toLowerCase()); number += 1) name = `${base} ${number}`;
    return name;
  }
}

function placeOf(reference: Reference): string {
  switch (reference.scheme) {
    case 's3':
    case 'gs':
      return reference.bucket;
    case 'az':
      return reference.container;
    case 'file':
      return reference.path.split(/[\\/]/).at(-2) ?? '';
    default:
      return reference.host.replace(/^www\./, '').replace(/:\d+$/, '');
  }
}

/** A table's name holds no slash and no control characters; a dot would read as a folder's end on the command line. */
function cleaned(name: string): string {
  return name
    .replace(/[\u0000-\u001f\u007f/]/g, ' ')
    .replaceAll('.', '-')
    .trim()
    .slice(0, 60);
}
