/** Links to hand out. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { LinkOutcome } from '../../src-shared/contract/links.ts';
import { fail, type Outcome } from '../../src-shared/model/error.ts';
import { type IssuedBy, type IssuedLink, issuedLinkOf, type NewIssuedLink } from '../../src-shared/model/issued-link.ts';
import { LimitedBy, type Link } from '../../src-shared/model/link.ts';
import { nearestName } from '../../src-shared/model/nearest-name.ts';
import type { Column, RowId, Table } from '../../src-shared/model/table.ts';
import { referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Library } from '../library.ts';
import type { CheckedLink, SignOptions } from '../links/links.ts';
import { issuedUrls } from './issued-links.ts';
import { keepInLedger, ledgerHandlers } from './ledger.ts';
import { readReference } from './read-reference.ts';

/** What is asked of a link, whether it is tried, and whether it is handed out at all. */
type Wish = SignOptions & { readonly verify?: boolean | undefined; readonly isTrial?: boolean | undefined };

/** One link to make. */
interface AskedLink {
  readonly asked: string;
  readonly reference: Outcome<Reference>;
  readonly wish: Wish;
}

/** Rows whose links are asked for at a time. */
const rowsMost = 10_000;
/** Links between two writes of the ledger, which goes on while the next are signed. */
const linksAWrite = 500;
/** Links that are tried at a time: each waits for its server. */
const verifiedAtATime = 8;

/** Handlers of `links.…`. */
export function linkHandlers(library: Library): HandlersOf<'links'> {
  const { links, catalog } = library;

  async function linkTo({ asked, reference, wish }: AskedLink): Promise<LinkOutcome> {
    if (!reference.ok) return { ...reference, asked };
    const { verify = false, isTrial = false, ...options } = wish;
    const outcome = verify ? await links.signAndVerify(reference.value, options) : await signed(reference.value, options);
    if (!outcome.ok) return { ok: false, asked, error: outcome.error, scheme: reference.value.scheme };
    const { link, check } = outcome.value;
    const plain = await links.plainAddress(reference.value, options.signal);
    return {
      ok: true,
      asked,
      link: isTrial ? { ...link, url: '' } : link,
      ...(plain === null ? {} : { plain }),
      ...(check === null ? {} : { check }),
    };
  }

  /** Makes the links in the order asked; what was signed and is handed out is in the ledger before the answer. */
  async function issue(all: readonly AskedLink[], by: IssuedBy): Promise<LinkOutcome[]> {
    const outcomes: LinkOutcome[] = [];
    const writes: Promise<void>[] = [];
    for (let start = 0; start < all.length; start += linksAWrite) {
      const some = all.slice(start, start + linksAWrite);
      const made = await eachOf(some, some[0]?.wish.verify ? verifiedAtATime : 1, linkTo);
      outcomes.push(...made);
      writes.push(keepInLedger(library, entriesOf(some, made, by)));
    }
    await Promise.all(writes);
    return outcomes;
  }

  async function signed(reference: Reference, options: SignOptions): Promise<Outcome<CheckedLink>> {
    const outcome = await links.sign(reference, options);
    return outcome.ok ? { ok: true, value: { link: outcome.value, check: null } } : outcome;
  }

  return {
    ...ledgerHandlers(library),
    presign: ({ urls, cwd, ...wish }, { signal, caller }) =>
      issue(
        urls.map((asked) => ({ asked, reference: readReference(library, asked, cwd), wish: { ...wish, signal } })),
        caller.name,
      ),
    presignRows: async ({ table: asked, column: name, rowIds, ...wish }, { signal, caller }) => {
      if (rowIds.length > rowsMost)
        throw fail('invalid_input', { message: `At most ${rowsMost} links are made at a time, not ${rowIds.length}.` });
      const table = await catalog.tree.getTable(asked);
      const index = table.columns.findIndex((column) => column.name === name);
      const column = table.columns[index];
      if (!column) {
        const nearest = nearestName(
          name,
          table.columns.map((one) => one.name),
        );
        throw fail('unknown_name', { message: `There is no column "${name}".`, next: nearest ? `Did you mean ${nearest}?` : null });
      }
      if (column.isVolatile) return issuedLinks(library, table, column, index, rowIds, { ...wish, signal });
      const rows = await catalog.rows.get(table.id, rowIds);
      return issue(
        rows.map((row) => {
          const media = row.cells[index]?.media;
          return {
            asked: media?.typed ?? `row ${row.rowId}`,
            reference: media ? { ok: true, value: storedReference(media) } : { ok: false, error: noFileIn(name) },
            wish: { ...wish, signal },
          };
        }),
        caller.name,
      );
    },
    reissue: async ({ ids, wish }, { signal, caller }) => {
      const entries = new Map((await catalog.ledger.get(ids)).map((entry) => [entry.id, entry]));
      return issue(
        ids.map((id) => {
          const entry = entries.get(id);
          if (!entry) return { asked: `link ${id}`, reference: { ok: false, error: notListed(id) }, wish: { ...sameWish(null), signal } };
          const reference = referenceFromCanonical(entry.fileurl as CanonicalUrl);
          return { asked: entry.typed, reference: { ok: true, value: reference }, wish: { ...(wish ?? sameWish(entry)), signal } };
        }),
        caller.name,
      );
    },
  };
}

/** Works through all of them, so many at a time, and answers in their order. */
async function eachOf<T, R>(all: readonly T[], atATime: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  let next = 0;
  const workThrough = async () => {
    for (let index = next++; index < all.length; index = next++) {
      const one = all[index];
      if (one !== undefined) done[index] = await work(one);
    }
  };
  await Promise.all(Array.from({ length: atATime }, workThrough));
  return done;
}

function entriesOf(asked: readonly AskedLink[], made: readonly LinkOutcome[], by: IssuedBy): NewIssuedLink[] {
  return asked.flatMap(({ asked: typed, wish }, index) => {
    const outcome = made[index];
    const entry = outcome?.ok && !wish.isTrial ? issuedLinkOf(outcome.link, { ...wish, typed }, by) : null;
    return entry ? [entry] : [];
  });
}

/** What was wished of a listed link, to be wished again; clamped, since what the provider allows may be less now. */
function sameWish(entry: IssuedLink | null) {
  return {
    expiresSeconds: entry?.asked_seconds ?? 1,
    overCap: 'clamp' as const,
    disposition: entry?.disposition ?? undefined,
    filename: entry?.filename ?? undefined,
    contentType: entry?.content_type ?? undefined,
  };
}

function noFileIn(column: string) {
  return fail('invalid_input', { message: `The cell "${column}" of this row holds no file.`, next: 'Choose a row with a file.' }).error;
}

function notListed(id: number) {
  return fail('unknown_name', { message: `There is no link ${id} on the list.`, next: 'List the links, and choose one of them.' }).error;
}

/** Links of a presigned column, issued anew where they have ended or are about to. */
async function issuedLinks(
  library: Library,
  table: Table,
  column: Column,
  index: number,
  rowIds: RowId[],
  { signal, verify = false, isTrial = false, disposition, filename, contentType }: Wish,
): Promise<LinkOutcome[]> {
  const isOverridden = [disposition, filename, contentType].some((one) => one !== undefined);
  const warnings = isOverridden ? [`The column “${column.name}” decides how its links open.`] : [];
  const urls = await issuedUrls(library, table, rowIds, signal);
  const rows = await library.catalog.rows.get(table.id, rowIds);
  return eachOf(rows, verify ? verifiedAtATime : 1, async (row): Promise<LinkOutcome> => {
    const cell = row.cells[index];
    const issued = urls.get(row.rowId)?.get(column.id);
    const asked = row.cells.find(({ media }) => media)?.media?.typed ?? `row ${row.rowId}`;
    if (issued === undefined) {
      const error =
        cell?.error ??
        fail('input_failed', { message: `The link of "${column.name}" is not there yet.`, next: 'Recompute the column.' }).error;
      return { ok: false, asked, error };
    }
    const link: Link = {
      url: issued.url,
      fileurl: asked,
      issued_at: new Date().toISOString(),
      expires_at: issued.link?.expiresAt ?? null,
      limited_by: LimitedBy.safeParse(issued.link?.limitedBy).data ?? 'unknown',
      signed_as: null,
      verified: null,
      warnings,
    };
    if (!verify) return { ok: true, asked, link: isTrial ? { ...link, url: '' } : link };
    const check = await library.links.verify(link, signal);
    const wasTried = check?.cause !== 'offline' && check?.cause !== 'cancelled';
    const checked = { ...link, url: isTrial ? '' : link.url, verified: wasTried ? check === null : null };
    return { ok: true, asked, link: checked, ...(check === null ? {} : { check }) };
  });
}
