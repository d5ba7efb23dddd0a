/** What links are made of: the rows in hand, or an entry of the list of those that were handed out. */
import type { LinkOutcome } from '../../../src-shared/contract/links.ts';
import type { IssuedLink } from '../../../src-shared/model/issued-link.ts';
import { linkName } from '../../../src-shared/model/link-formats.ts';
import type { RowId } from '../../../src-shared/model/table.ts';
import type { Scheme } from '../../../src-shared/reference/reference.ts';
import { sayError } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { countInHand, focusedRow, idsInHand, mediaColumn } from '../table/row-deeds.ts';

/** More links at once would be no list that anybody can read, and minutes of signing. */
const mostLinks = 10_000;

/** What is asked of each link. */
export interface LinkWish {
  readonly expiresSeconds: number;
  readonly disposition?: 'attachment' | 'inline';
  readonly filename?: string;
}

/** How it is asked. `isTrial`: only what the link would be, without its URL. `verify`: with one byte read by it. */
export interface LinkAsking {
  readonly signal?: AbortSignal;
  readonly isTrial?: boolean;
  readonly verify?: boolean;
}

export interface LinkSource {
  readonly count: number;
  /** Of the only file; empty for several. */
  readonly name: string;
  /** Of the only file; null for several. */
  readonly scheme: Scheme | null;
  /** The presigned column that decides about these links, or null. */
  readonly column: string | null;
  /** What the link was before, where it is made anew. */
  readonly before: LinkWish | null;
  /** Null where there is nothing to make, or where it was refused and said. */
  issue(wish: LinkWish, asking: LinkAsking): Promise<readonly LinkOutcome[] | null>;
}

/** The rows in hand. */
export function rowsInHand(session: Session): LinkSource {
  const { client, notices } = session;
  const count = countInHand(session);
  const media = count === 1 ? mediaInHand(session) : undefined;
  const table = session.table.getState().table;
  const column = mediaColumn(session);
  return {
    count,
    name: media?.name ?? '',
    scheme: media?.scheme ?? null,
    column: column?.isVolatile ? column.name : null,
    before: null,
    async issue(wish, { signal, ...how }) {
      if (!table || !column) return null;
      if (count > mostLinks) {
        sayError(notices, { cause: 'invalid_input', message: words.tooManyLinks(mostLinks), next: null });
        return null;
      }
      const ids = await idsInHand(session, mostLinks);
      if (!ids || ids.length === 0) return null;
      const asked = { table: table.id, column: column.name, rowIds: ids as RowId[], ...wish, ...how, overCap: 'clamp' } as const;
      const answer = await client.links.presignRows(asked, signal ? { signal } : {});
      if (answer.ok) return answer.value;
      sayError(notices, answer.error);
      return null;
    },
  };
}

/** One entry of the list. */
export function listedLink({ client, notices }: Session, entry: IssuedLink): LinkSource {
  const { id, asked_seconds, disposition, filename, content_type, fileurl } = entry;
  return {
    count: 1,
    name: linkName(entry),
    scheme: fileurl.startsWith('gs:') ? 'gs' : fileurl.startsWith('az:') ? 'az' : 's3',
    column: null,
    before: {
      expiresSeconds: asked_seconds,
      ...(disposition === 'attachment' ? { disposition } : {}),
      ...(filename === null ? {} : { filename }),
    },
    async issue(wish, { signal, ...how }) {
      const contentType = content_type === null ? {} : { contentType: content_type };
      const answer = await client.links.reissue(
        { ids: [id], wish: { ...wish, ...contentType, ...how, overCap: 'clamp' } },
        signal ? { signal } : {},
      );
      if (answer.ok) return answer.value;
      sayError(notices, answer.error);
      return null;
    },
  };
}

/** The focused row's file in the column a link would be of. */
export function mediaInHand(session: Session) {
  const { table } = session.table.getState();
  const place = table?.columns.findIndex((column) => column.id === mediaColumn(session)?.id) ?? -1;
  const cells = focusedRow(session)?.cells;
  return cells?.[place]?.media ?? cells?.find((cell) => cell.media)?.media;
}
