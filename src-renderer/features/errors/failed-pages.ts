/** The cells of an open group by place, in pages, over all tables that have some: what is there is read at once, what is missing is asked for. */
import type { Client } from '../../../src-shared/contract/contract.ts';
import type { ErrorGroup, FailedCell } from '../../../src-shared/contract/errors.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';

const pageSize = 100;
/** Many screens, well under a MB. */
const mostPages = 20;

interface FailedPagesOptions {
  readonly client: Client;
  readonly group: ErrorGroup;
  readonly onChange: () => void;
  readonly onError: (error: VitrineError) => void;
}

/** Pages of one group as it stands; a changed group gets new ones, which begin with what the old ones hold. */
export class FailedPages {
  readonly #options: FailedPagesOptions;
  readonly #pages: Map<string, readonly FailedCell[]>;
  readonly #asked = new Map<string, AbortController>();
  readonly #stale: Set<string>;

  constructor(options: FailedPagesOptions, before: FailedPages | null = null) {
    this.#options = options;
    const isSame = before?.group.cause === options.group.cause;
    this.#pages = new Map(isSame ? before.#pages : []);
    this.#stale = new Set(this.#pages.keys());
  }

  get group(): ErrorGroup {
    return this.#options.group;
  }

  /** The cell at a place, or undefined while it is not here. A stale one is better than none. */
  cellAt(place: number): FailedCell | undefined {
    const at = this.#tableAt(place);
    return at ? this.#pages.get(keyOf(at.tableId, pageOf(at.offset)))?.[at.offset % pageSize] : undefined;
  }

  /** Says which places are looked at, `end` exclusive; others are not waited for any more. */
  want(start: number, end: number): void {
    const wanted = new Map<string, { tableId: number; page: number }>();
    for (let place = Math.max(0, start); place < Math.min(end, this.group.cells); place += 1) {
      const at = this.#tableAt(place);
      if (at) wanted.set(keyOf(at.tableId, pageOf(at.offset)), { tableId: at.tableId, page: pageOf(at.offset) });
    }
    for (const [key, request] of this.#asked) {
      if (wanted.has(key)) continue;
      request.abort();
      this.#asked.delete(key);
    }
    for (const [key, { tableId, page }] of wanted) {
      if ((!this.#pages.has(key) || this.#stale.has(key)) && !this.#asked.has(key)) void this.#ask(key, tableId, page);
    }
  }

  /** Gives up every request. */
  close(): void {
    for (const request of this.#asked.values()) request.abort();
    this.#asked.clear();
  }

  #tableAt(place: number): { tableId: number; offset: number } | null {
    let offset = place;
    for (const { tableId, cells } of this.group.tables) {
      if (offset < cells) return { tableId, offset };
      offset -= cells;
    }
    return null;
  }

  async #ask(key: string, tableId: number, page: number): Promise<void> {
    const { client, group, onChange, onError } = this.#options;
    const request = new AbortController();
    this.#asked.set(key, request);
    const start = page * pageSize;
    const range = { table: tableId, cause: group.cause, start, end: start + pageSize };
    const answer = await client.errors.cells(range, { signal: request.signal });
    if (request.signal.aborted) return;
    this.#asked.delete(key);
    if (!answer.ok) {
      if (answer.error.cause !== 'cancelled') onError(answer.error);
      return;
    }
    this.#stale.delete(key);
    this.#pages.delete(key);
    this.#pages.set(key, answer.value);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) break;
      this.#pages.delete(oldest);
    }
    onChange();
  }
}

const pageOf = (offset: number) => Math.floor(offset / pageSize);
const keyOf = (tableId: number, page: number) => `${tableId} ${page}`;
