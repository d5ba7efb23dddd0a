/**
 * The rows of a view by place, in a bounded cache: what is there is read synchronously, what is missing is asked for in pages and
 * announced when it comes. Pages that nobody looks at any more are not waited for.
 */
import type { Client } from '../../../src-shared/contract/contract.ts';
import type { Row } from '../../../src-shared/model/cell.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';

const pageSize = 100;
/** 60 pages are 6,000 rows: many screens, a few MB. */
const mostPages = 60;

interface Page {
  readonly rows: readonly Row[];
  isStale: boolean;
}

/** Pages of one view. */
export class RowPages {
  readonly #client: Client;
  readonly #viewId: number;
  readonly #onChange: () => void;
  readonly #onError: (error: VitrineError) => void;
  readonly #pages = new Map<number, Page>();
  readonly #asked = new Map<number, AbortController>();
  #wanted = { start: 0, end: 0 };

  constructor(options: { client: Client; viewId: number; onChange: () => void; onError: (error: VitrineError) => void }) {
    this.#client = options.client;
    this.#viewId = options.viewId;
    this.#onChange = options.onChange;
    this.#onError = options.onError;
  }

  /** The row at a place, or undefined while it is not here. A stale one is better than none. */
  rowAt(rowIndex: number): Row | undefined {
    return this.#pages.get(Math.floor(rowIndex / pageSize))?.rows[rowIndex % pageSize];
  }

  /** Says which places are looked at: missing and stale pages are asked for, requests for others are given up. */
  want(start: number, end: number): void {
    this.#wanted = { start, end };
    const first = Math.floor(start / pageSize);
    const last = Math.floor(Math.max(start, end - 1) / pageSize);
    for (const [number, request] of this.#asked) {
      if (number >= first && number <= last) continue;
      request.abort();
      this.#asked.delete(number);
    }
    for (let number = first; number <= last; number += 1) {
      const page = this.#pages.get(number);
      if (page) {
        this.#pages.delete(number);
        this.#pages.set(number, page);
      }
      if ((!page || page.isStale) && !this.#asked.has(number)) void this.#ask(number);
    }
  }

  /** Cells changed: the pages that show them are asked for again. Null is all. */
  refresh(rowIds: readonly number[] | null): void {
    const changed = rowIds === null ? null : new Set(rowIds);
    this.#renew((page) => changed === null || page.rows.some((row) => changed.has(row.rowId)));
  }

  /** Something was learnt of files: the pages that show them are asked for again. Null is all. */
  refreshFiles(referenceIds: readonly number[] | null): void {
    const learnt = referenceIds === null ? null : new Set(referenceIds);
    this.#renew(
      (page) => learnt === null || page.rows.some((row) => row.cells.some(({ media }) => media && learnt.has(media.referenceId))),
    );
  }

  #renew(isChanged: (page: Page) => boolean): void {
    for (const page of this.#pages.values()) page.isStale ||= isChanged(page);
    // A page asked for before the change may come with the cells of before: it is asked for anew.
    for (const request of this.#asked.values()) request.abort();
    this.#asked.clear();
    this.want(this.#wanted.start, this.#wanted.end);
  }

  /** Gives up every request. */
  close(): void {
    for (const request of this.#asked.values()) request.abort();
    this.#asked.clear();
  }

  async #ask(number: number): Promise<void> {
    const request = new AbortController();
    this.#asked.set(number, request);
    const start = number * pageSize;
    const outcome = await this.#client.views.page({ viewId: this.#viewId, start, end: start + pageSize }, { signal: request.signal });
    if (request.signal.aborted) return;
    this.#asked.delete(number);
    if (!outcome.ok) {
      if (outcome.error.cause !== 'cancelled') this.#onError(outcome.error);
      return;
    }
    this.#pages.delete(number);
    this.#pages.set(number, { rows: outcome.value.rows, isStale: false });
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) break;
      this.#pages.delete(oldest);
    }
    this.#onChange();
  }
}
