/** Links to hand out. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { LinkOutcome } from '../../src-shared/contract/links.ts';
import { fail, type Outcome } from '../../src-shared/model/error.ts';
import { LimitedBy, type Link } from '../../src-shared/model/link.ts';
import { nearestName } from '../../src-shared/model/nearest-name.ts';
import type { Column, RowId, Table } from '../../src-shared/model/table.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Library } from '../library.ts';
import type { CheckedLink, SignOptions } from '../links/links.ts';
import { issuedUrls } from './issued-links.ts';
import { readReference } from './read-reference.ts';

/** What is asked of a link, and whether it is tried. */
type Wish = SignOptions & { readonly verify?: boolean | undefined };

/** Rows whose links are asked for at a time. */
const rowsMost = 10_000;

/** Handlers of `links.…`. */
export function linkHandlers(library: Library): HandlersOf<'links'> {
  const { links, catalog } = library;

  async function presign(asked: string, options: Wish, cwd?: string): Promise<LinkOutcome> {
    const reference = readReference(library, asked, cwd);
    if (!reference.ok) return { ...reference, asked };
    return linkTo(reference.value, asked, options);
  }

  async function linkTo(reference: Reference, asked: string, { verify = false, ...options }: Wish): Promise<LinkOutcome> {
    const outcome = verify ? await links.signAndVerify(reference, options) : await signed(reference, options);
    if (!outcome.ok) return { ok: false, asked, error: outcome.error, scheme: reference.scheme };
    const { link, check } = outcome.value;
    const plain = await links.plainAddress(reference, options.signal);
    return { ok: true, asked, link, ...(plain === null ? {} : { plain }), ...(check === null ? {} : { check }) };
  }

  async function signed(reference: Reference, options: SignOptions): Promise<Outcome<CheckedLink>> {
    const outcome = await links.sign(reference, options);
    return outcome.ok ? { ok: true, value: { link: outcome.value, check: null } } : outcome;
  }

  return {
    presign: async ({ urls, cwd, ...options }, { signal }) => {
      const outcomes: LinkOutcome[] = [];
      for (const url of urls) outcomes.push(await presign(url, { ...options, signal }, cwd));
      return outcomes;
    },
    presignRows: async ({ table: asked, column: name, rowIds, ...options }, { signal }) => {
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
      if (column.isVolatile) return issuedLinks(library, table, column, index, rowIds, signal);
      const rows = await catalog.rows.get(table.id, rowIds);
      const outcomes: LinkOutcome[] = [];
      for (const row of rows) {
        const media = row.cells[index]?.media;
        if (!media) {
          outcomes.push({
            ok: false,
            asked: `row ${row.rowId}`,
            error: fail('invalid_input', { message: `The cell "${name}" of this row holds no file.`, next: 'Choose a row with a file.' })
              .error,
          });
          continue;
        }
        outcomes.push(await linkTo(storedReference(media), media.typed, { ...options, signal }));
      }
      return outcomes;
    },
  };
}

/** Links of a presigned column, issued anew where they have ended or are about to. */
async function issuedLinks(
  library: Library,
  table: Table,
  column: Column,
  index: number,
  rowIds: RowId[],
  signal: AbortSignal,
): Promise<LinkOutcome[]> {
  const urls = await issuedUrls(library, table, rowIds, signal);
  const rows = await library.catalog.rows.get(table.id, rowIds);
  return rows.map((row): LinkOutcome => {
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
      warnings: [],
    };
    return { ok: true, asked, link };
  });
}
