/** What lies upstream under an address, where it was asked again: the same, another file, or one that the user decided not to take. */
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { UpstreamMark } from './catalog.ts';
import type { Writer } from './changes.ts';
import type { Database } from './database.ts';

/** In the order asked; never checked ones are left out. */
export function getUpstream(database: Database, canonicals: readonly CanonicalUrl[]): UpstreamMark[] {
  return database
    .all<{ canonical: CanonicalUrl; checkedAt: string; state: UpstreamMark['state']; remote: string | null }>(
      `SELECT u.canonical, u.checked_at AS checkedAt, u.state, u.remote
       FROM json_each(?) AS asked CROSS JOIN upstream AS u ON u.canonical = asked.value ORDER BY asked.key`,
      JSON.stringify(canonicals),
    )
    .map((mark) => ({ ...mark, remote: mark.remote === null ? null : (JSON.parse(mark.remote) as UpstreamMark['remote']) }));
}

/** Remembers what was found; tells it as facts of the references. */
export function putUpstream(writer: Writer, marks: readonly UpstreamMark[]): void {
  const { database } = writer;
  const referenceIds = database.write(() => {
    for (const { canonical, checkedAt, state, remote } of marks) {
      database.run(
        'INSERT OR REPLACE INTO upstream (canonical, checked_at, state, remote) VALUES (?, ?, ?, ?)',
        canonical,
        checkedAt,
        state,
        remote === null ? null : JSON.stringify(remote),
      );
    }
    return database
      .all<{ id: number }>(
        'SELECT r.id FROM json_each(?) AS asked CROSS JOIN reference AS r ON r.canonical = asked.value',
        JSON.stringify(marks.map(({ canonical }) => canonical)),
      )
      .map(({ id }) => id);
  });
  writer.announce({ kind: 'facts', referenceIds });
}
