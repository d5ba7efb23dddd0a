/**
 * The rows of one version of a view by place, in a bounded cache: what is there is read synchronously, what is missing is asked for in
 * pages and announced when it comes. Pages that nobody looks at any more are not waited for. Rows of a later version are not taken in,
 * for they may have other places: who follows the view then makes other pages, and these go on showing what they showed.
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

/** What pages are made with. */
export interface RowPagesOptions {
  readonly client: Client;
  readonly viewId: number;
  /** Null takes rows of any version. */
  readonly version: number | null;
  readonly onChange: () => void;
  readonly onError: (error: VitrineError) => void;
  /** The view has a later version. */
  readonly onLater: () => void;
}

/** Pages of one view. */
export class RowPages {
  readonly #options: RowPagesOptions;
  readonly #pages = new Map<number, Page>();
  readonly #asked = new Map<number, AbortController>();
  readonly #waiting = new Set<() => void>();
  #wanted = { start: 0, end: 0 };
  #onScreen = { start: 0, end: 0 };
  #successor: RowPages | null = null;
  #failures = 0;
  /** Nothing more will come: the view has a later version, or nobody needs these pages. */
  #isOver = false;

  constructor(options: RowPagesOptions) {
    this.#options = options;
  }

  /** Places looked at, `start` inclusive and `end` exclusive: those on screen and those near it. */
  get wanted(): { readonly start: number; readonly end: number } {
    return this.#wanted;
  }

  /** Places on screen, as whoever draws them said last. */
  get onScreen(): { readonly start: number; readonly end: number } {
    return this.#onScreen;
  }

  /** Says which places are on screen. */
  see(start: number, end: number): void {
    this.#onScreen = { start, end };
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
    if (this.#successor) this.#successor.#renew(isChanged);
    if (!this.#isOver) this.want(this.#wanted.start, this.#wanted.end);
  }

  /** Fetches these places and waits; false where the view had a later version by then, or the rows could not be had. */
  async load(start: number, end: number): Promise<boolean> {
    this.want(start, end);
    const isHere = () => {
      for (let row = start; row < end; row += pageSize) if (!this.rowAt(row)) return false;
      return end <= start || this.rowAt(end - 1) !== undefined;
    };
    const failures = this.#failures;
    while (!this.#isOver && this.#failures === failures && !isHere()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return isHere();
  }

  /** Pages of a later version are being fetched: what these are told has changed, those are told too. */
  followedBy(successor: RowPages | null): void {
    this.#successor = successor;
  }

  /** Gives up every request. */
  close(): void {
    for (const request of this.#asked.values()) request.abort();
    this.#asked.clear();
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #ask(number: number): Promise<void> {
    const request = new AbortController();
    this.#asked.set(number, request);
    const start = number * pageSize;
    const { client, viewId, version, onChange, onError, onLater } = this.#options;
    const outcome = await client.views.page({ viewId, start, end: start + pageSize }, { signal: request.signal });
    if (request.signal.aborted) return;
    this.#asked.delete(number);
    if (!outcome.ok) {
      if (outcome.error.cause !== 'cancelled') onError(outcome.error);
      this.#failures += 1;
      this.#wake();
      return;
    }
    if (version !== null && outcome.value.version !== version) {
      this.#end();
      onLater();
      return;
    }
    this.#pages.delete(number);
    this.#pages.set(number, { rows: outcome.value.rows, isStale: false });
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) break;
      this.#pages.delete(oldest);
    }
    this.#wake();
    onChange();
  }
}
