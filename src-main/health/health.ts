/** The face of the health room: whether files are still what is known of them here, and what is done about those that are not. */
import type { HealthFinding, HealthResult, UpstreamState } from '../../src-shared/contract/health.ts';
import type { RowSelection } from '../../src-shared/contract/table-reference.ts';
import type { VitrineError } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Table } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

/** Where a check is told how far it is, and stopped. */
export interface CheckWatching {
  readonly signal: AbortSignal;
  onTotal(references: number): void;
  /** One reference was asked for; `finding` where something is wrong with it. */
  onChecked(finding: HealthFinding | null, requests: number): void;
}

/** What a decision came to: the tables in which cells became stale, and what could not be done. */
export interface Decided {
  readonly references: number;
  readonly staleTables: string[];
  readonly failed: { referenceId: number; error: VitrineError }[];
}

export interface Health {
  /**
   * Asks for the files of these rows, each host politely; one reference once, pinned versions never. Nothing is removed whatever comes.
   * Throws `unknown_name` and `expression` of the selection, `cancelled`, and `offline`, once, where there is no network at all.
   */
  check(table: Table, rows: RowSelection, watching: CheckWatching): Promise<HealthResult>;
  /** What is remembered of one reference. Throws `unknown_name`. */
  stateOf(referenceId: number): Promise<UpstreamState | null>;
  /**
   * `keep`: what is known here stays, until upstream changes once more. `take_new`: copies of the former file go, cells computed from it
   * become stale, and the new file is fetched where a whole one was here or is kept offline.
   */
  decide(referenceIds: readonly number[], choice: 'keep' | 'take_new', signal: AbortSignal): Promise<Decided>;
  /**
   * Somebody met this file on the way. True where it is another one than `known`: then that is remembered for the user to decide, and what
   * was met must not be mixed with what is known.
   */
  met(canonical: CanonicalUrl, known: RemoteFacts | null, now: RemoteFacts): Promise<boolean>;
  /** Stops what is asked for in the background, and waits for its end. */
  close(): Promise<void>;
}
