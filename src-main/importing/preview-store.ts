/** Previews: what was understood of a source, kept until it is inserted or closed. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Preview, PreviewLine, Rejected } from '../../src-shared/contract/rows.ts';
import type { VitrineError } from '../../src-shared/model/error.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import { kindOf, nameOf, providerOf } from '../../src-shared/reference/describe-reference.ts';
import type { LocalPlace } from '../../src-shared/reference/file-path.ts';
import type { CanonicalUrl, MediaKind, Reference } from '../../src-shared/reference/reference.ts';
import { signedUrlEnd } from '../../src-shared/reference/signed-url.ts';
import type { ImportRecord } from './import-record.ts';
import { clipped } from './import-record.ts';
import { parseAddress } from './locate-files.ts';
import { type LeadsTo, offerOf } from './offers.ts';

/** A line of a preview. `known` says where the table or another one has it already. */
export interface PreviewEntry {
  readonly line: number;
  readonly record: ImportRecord;
  readonly typed: string;
  readonly canonical: CanonicalUrl | null;
  readonly kind: MediaKind;
  readonly error: VitrineError | null;
  readonly known: { readonly rowId: RowId; readonly tablePath: string } | null;
}

type Result = PreviewLine['result'];

/** A preview as it stands. `earlier` gives the line that a repeated one repeats. */
export interface StoredPreview {
  readonly id: number;
  readonly table: Table | null;
  readonly local: LocalPlace;
  readonly recursive: boolean;
  readonly entries: PreviewEntry[];
  readonly suggestedName: string;
  readonly earlier: Map<number, number>;
  readonly byResult: Record<Result, number[]>;
  summary: Preview;
}

/** More than this is inserted without a preview. Text in UTF-16 units. */
export const previewLimits = { lines: 2_000_000, text: 256 * 1024 * 1024, keptPreviews: 16, keptLines: 4_000_000 } as const;

/** Sorts the entries into new, already here and rejected; run again after each correction. */
export async function countPreview(preview: StoredPreview): Promise<void> {
  const firstLines = new Map<string, number>();
  const kinds = new Map<MediaKind, number>();
  const byResult: Record<Result, number[]> = { new: [], already: [], rejected: [] };
  preview.earlier.clear();
  for (const [index, entry] of preview.entries.entries()) {
    if (index % 10_000 === 9_999) await nextTurn();
    if (entry.canonical === null) {
      byResult.rejected.push(index);
      continue;
    }
    kinds.set(entry.kind, (kinds.get(entry.kind) ?? 0) + 1);
    const earlier = firstLines.get(entry.canonical);
    if (earlier === undefined) firstLines.set(entry.canonical, entry.line);
    else preview.earlier.set(index, earlier);
    const isHere = entry.known !== null && entry.known.tablePath === preview.table?.path;
    byResult[isHere || earlier !== undefined ? 'already' : 'new'].push(index);
  }
  Object.assign(preview.byResult, byResult);
  preview.summary = {
    previewId: preview.id,
    all: preview.entries.length,
    fresh: byResult.new.length,
    already: byResult.already.length,
    rejected: byResult.rejected.length,
    kinds: [...kinds].toSorted((a, b) => b[1] - a[1]).map(([kind]) => kind),
    suggestedName: preview.suggestedName,
  };
}

/** Lines `start` to `end` of those with `result`, or of all, as the contract shows them. */
export function shownLines(
  preview: StoredPreview,
  range: { result?: Result | undefined; start: number; end: number },
  { leadsTo, now }: { leadsTo: LeadsTo; now: number },
): PreviewLine[] {
  const [start, end] = [Math.max(0, range.start), Math.max(0, range.end)];
  const indexes =
    range.result === undefined
      ? preview.entries.slice(start, end).map((_entry, offset) => start + offset)
      : preview.byResult[range.result].slice(start, end);
  return indexes.flatMap((index) => {
    const entry = preview.entries[index];
    return entry === undefined ? [] : [shownLine(preview, entry, index, { leadsTo, now })];
  });
}

function shownLine(
  preview: StoredPreview,
  entry: PreviewEntry,
  index: number,
  { leadsTo, now }: { leadsTo: LeadsTo; now: number },
): PreviewLine {
  const { line, typed, record } = entry;
  const shared = {
    line,
    typed: clipped(typed),
    ...(record.alternative === undefined ? {} : { alternative: record.alternative, isAlternative: record.isAlternative ?? false }),
  };
  const parsed = record.listed ? { ok: true as const, value: record.listed.reference } : parseAddress(typed, record.local ?? preview.local);
  if (entry.error !== null || !parsed.ok) {
    const error = entry.error ?? (parsed.ok ? null : parsed.error);
    const rejected = error === null ? {} : { rejected: rejectedOf(line, typed, error) };
    return { ...shared, result: 'rejected', name: clipped(typed), scheme: null, provider: null, kind: 'unknown', ...rejected };
  }
  const reference = parsed.value;
  const earlier = preview.earlier.get(index);
  const isHere = entry.known !== null && entry.known.tablePath === preview.table?.path;
  return {
    ...shared,
    result: isHere || earlier !== undefined ? 'already' : 'new',
    name: nameOf(reference),
    scheme: reference.scheme,
    provider: providerOf(reference),
    kind: kindOf(reference),
    ...alreadyOf(entry, isHere, earlier),
    ...offeredOf(reference, leadsTo),
    ...endOf(reference, now),
  };
}

function alreadyOf(entry: PreviewEntry, isHere: boolean, earlier: number | undefined): { already?: string } {
  if (isHere) return { already: `in this table, row ${entry.known?.rowId}` };
  if (earlier !== undefined) return { already: `in line ${earlier} of this list` };
  return entry.known === null ? {} : { already: `in ${entry.known.tablePath}, row ${entry.known.rowId}` };
}

function offeredOf(reference: Reference, leadsTo: LeadsTo): Pick<PreviewLine, 'offered' | 'offeredStore'> {
  const offer = offerOf(reference, leadsTo);
  if (offer === null) return {};
  return { offered: offer.reference.canonical, ...(offer.store === null ? {} : { offeredStore: offer.store }) };
}

function endOf(reference: Reference, now: number): { endsInSeconds?: number } {
  if (reference.scheme !== 'https' && reference.scheme !== 'http') return {};
  const end = signedUrlEnd(reference.url);
  return end instanceof Date ? { endsInSeconds: Math.round((end.getTime() - now) / 1000) } : {};
}

function rejectedOf(line: number, typed: string, { cause, message, next }: VitrineError): Rejected {
  return { line, text: clipped(typed), cause, message, next };
}

/** The previews that are open. Older ones go when there are too many, or their lines together are. */
export class PreviewStore {
  readonly #previews = new Map<number, StoredPreview>();
  #lastId = 0;

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  add(preview: StoredPreview): void {
    this.#previews.set(preview.id, preview);
    const lines = () => [...this.#previews.values()].reduce((sum, { entries }) => sum + entries.length, 0);
    while (this.#previews.size > 1 && (this.#previews.size > previewLimits.keptPreviews || lines() > previewLimits.keptLines)) {
      const [oldest] = this.#previews.keys();
      if (oldest === undefined) return;
      this.#previews.delete(oldest);
    }
  }

  get(id: number): StoredPreview {
    const preview = this.#previews.get(id);
    if (preview !== undefined) return preview;
    throw fail('unknown_name', { message: 'This preview is no longer open.', next: 'Paste or drop it again.' });
  }

  close(id: number): void {
    this.#previews.delete(id);
  }
}
