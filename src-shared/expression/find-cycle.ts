/** Columns that would depend on themselves. */

/**
 * The names of a circle of columns, the first repeated at its end (`a`, `b`, `a`), or null where there is none. `reads` are names; those that are
 * not among the columns are passed over.
 */
export function findCycle(columns: readonly { readonly name: string; readonly reads: readonly string[] }[]): string[] | null {
  const readsOf = new Map(columns.map(({ name, reads }) => [name, reads]));
  const finished = new Set<string>();
  const path: string[] = [];

  function visit(name: string): string[] | null {
    const at = path.indexOf(name);
    if (at !== -1) return [...path.slice(at), name];
    if (finished.has(name)) return null;
    path.push(name);
    for (const read of readsOf.get(name) ?? []) {
      const cycle = visit(read);
      if (cycle) return cycle;
    }
    path.pop();
    finished.add(name);
    return null;
  }

  for (const { name } of columns) {
    const cycle = visit(name);
    if (cycle) return cycle;
  }
  return null;
}
