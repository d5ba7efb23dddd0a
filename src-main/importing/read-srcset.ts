/** The `srcset` attribute. Source: WHATWG HTML, "Parsing a srcset attribute". */

/** An address of a picture, with its width or density; 1 where neither is said. */
export interface Candidate {
  readonly url: string;
  readonly size: number;
}

/** The address of the largest candidate, by width or by density, or null where there is none. */
export function largestCandidate(srcset: string): string | null {
  let best: Candidate | null = null;
  for (const candidate of candidatesOf(srcset)) if (best === null || candidate.size > best.size) best = candidate;
  return best?.url ?? null;
}

/** All candidates in their order. */
export function candidatesOf(srcset: string): Candidate[] {
  const candidates: Candidate[] = [];
  let rest = srcset;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    const url = /^\S+/.exec(rest)?.[0];
    if (url === undefined) return candidates;
    rest = rest.slice(url.length);
    const bare = url.replace(/,+$/, '');
    let descriptors = '';
    // A comma at the end of the address ends the candidate; commas within it belong to it.
    if (bare === url) {
      const end = rest.indexOf(',');
      descriptors = end < 0 ? rest : rest.slice(0, end);
      rest = end < 0 ? '' : rest.slice(end + 1);
    }
    const size = Number(/(?:^|\s)(\d+(?:\.\d+)?)[wx](?:\s|$)/.exec(descriptors)?.[1] ?? 1);
    if (bare !== '') candidates.push({ url: bare, size });
  }
}
