/** The `srcset` attribute. Source: WHATWG HTML, "Parsing a srcset attribute". */

/** The address of the largest candidate, by width or by density, or null where there is none. */
export function largestCandidate(srcset: string): string | null {
  let best: { url: string; size: number } | null = null;
  let rest = srcset;
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '');
    const url = /^\S+/.exec(rest)?.[0];
    if (url === undefined) return best?.url ?? null;
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
    if (bare !== '' && (best === null || size > best.size)) best = { url: bare, size };
  }
}
