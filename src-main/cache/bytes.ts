/** The face of the cache room: bytes of references, by range or whole, never fetched twice, never over the limit. */
import type { CacheDetails, CacheFinding, CacheStatus } from '../../src-shared/contract/cache.ts';
import type { Cost, RemoteFacts } from '../../src-shared/model/media.ts';
import type { RestartReason, Transfer } from '../../src-shared/model/transfer.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import type { CacheEntry } from '../catalog/catalog.ts';
import type { ReadAnswer, ReadOptions } from '../stores/store.ts';
import type { ByteSource } from './byte-source.ts';

/** visible: somebody looks at it · asked: a command waits for it · background: a column fills. */
export type Priority = 'visible' | 'asked' | 'background';

/** A whole file on this disk that cannot be evicted until it is released. A local file is handed out as it is. */
export interface LeasedFile {
  /** Ends with the object's real name and extension. */
  readonly path: string;
  readonly bytes: number;
  readonly cost: Cost;
  /** Why the transfer began anew on the way, or null. */
  readonly restarted: RestartReason | null;
  release(): void;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /** An explicit fetch stores whatever fits; otherwise a file above the streaming threshold is refused with `too_large`. */
  readonly isExplicit: boolean;
}

/** A copy, whole or in part, as it is described. Times are ISO 8601 instants. */
export interface Copy {
  readonly state: 'whole' | 'part';
  /** The file, where it is whole. */
  readonly path: string;
  /** Bytes of the file itself, or of what is here of it. */
  readonly bytes: number;
  readonly size: number | null;
  readonly etag: string | null;
  readonly modified: string | null;
  readonly since: string;
  readonly lastUsed: string;
  readonly checkedAt: string;
}

/** An entry with what only this process knows of it. */
export interface HeldEntry extends CacheEntry {
  readonly isKept: boolean;
  readonly isInUse: boolean;
}

/** What of the cache is meant. */
export type CacheSelection =
  | { readonly kind: 'all' }
  | { readonly kind: 'canonicals'; readonly canonicals: ReadonlySet<CanonicalUrl> }
  /** Not used since, in milliseconds since 1970. */
  | { readonly kind: 'unusedSince'; readonly time: number };

export interface Bytes {
  /** For who reads here and there. Ranges that come for somebody who looks or asks stay on the disk; others while somebody reads. */
  open(reference: Reference, options: { signal: AbortSignal; priority: Priority }): Promise<ByteSource>;
  /** Single flight: however many ask, one download. Throws `Failure` (`cache_full`, `disk_full`, `too_large`, the store's causes). */
  fetch(reference: Reference, options: FetchOptions): Promise<LeasedFile>;
  /** For the player: from the copy, its part, the local file or upstream, read ahead; what comes is kept where there is room. */
  stream(reference: Reference, options: ReadOptions & { readonly priority?: Priority }): Promise<ReadAnswer>;
  /** How the reference is held now; cheap, answers from memory. */
  heldOf(reference: Reference): 'none' | 'whole' | 'local';
  isKept(canonical: CanonicalUrl): boolean;
  /** Details of the whole copy, or null. */
  copyOf(reference: Reference): Copy | null;
  /** What is here of it, whole or not: half-open ranges in order. A local file is one range. */
  rangesOf(reference: Reference): { readonly size: number | null; readonly ranges: readonly (readonly [number, number])[] };
  status(): CacheStatus;
  /** All but what the catalog and the settings know. */
  details(): Promise<Omit<CacheDetails, 'thumbnails'>>;
  /** Entries `start` to `end` (exclusive) of all, or of those that are kept offline; the last used first. */
  list(start: number, end: number, options?: { readonly keptOnly: boolean }): { total: number; entries: HeldEntry[] };
  /** Removes what is neither kept nor in use. */
  clear(selection: CacheSelection): Promise<{ bytes: number; files: number; left: { kept: number; inUse: number } }>;
  /** Removes these, kept or not; what is in use goes as soon as it is not. Whether they are kept is not changed. */
  drop(canonicals: readonly CanonicalUrl[]): Promise<{ bytes: number; files: number }>;
  setLimit(bytes: number): Promise<CacheStatus>;
  /** From now on these are never evicted, or may be again. Fetches nothing. Throws `cache_full` where what is known of them does not fit. */
  setKept(references: readonly { reference: Reference; size: number | null }[], isKept: boolean): Promise<void>;
  /** Every file against its entry, length and SHA-256; wrong ones are removed, and dropped from what is held. */
  verify(options: {
    signal: AbortSignal;
    onProgress: (done: number, total: number) => void;
  }): Promise<{ checked: number; bytes: number; findings: Omit<CacheFinding, 'isFetchedAgain'>[] }>;
  /**
   * Moves to another folder, absolute, while everything goes on. Throws `invalid_input`, `read_only` or `disk_full` before anything is
   * moved. Once it is accepted `onProgress` is told, also where there is nothing to move. Resolves when all is moved; stopped by `signal` or a crash, the rest is moved after the next start.
   */
  move(
    folder: string,
    options: { signal: AbortSignal; onProgress: (done: number, total: number) => void },
  ): Promise<{ files: number; bytes: number }>;
  /** Drops the copy of a file that is another one upstream now; a copy of that one stays. */
  dropChanged(reference: Reference, remote: RemoteFacts): Promise<void>;
  /** Remembers that the copy was found to be what lies upstream, now. */
  markChecked(canonical: CanonicalUrl): void;
  transfers(): readonly Transfer[];
  /** Told after each change of what is held. */
  onChanged(listener: (change: { canonical: CanonicalUrl; held: 'none' | 'whole' }) => void): () => void;
  /** Told at most ten times a second while bytes move, and when the last transfer ended. */
  onTransfers(listener: (transfers: readonly Transfer[]) => void): () => void;
  /** Told when a copy is used that was not checked for longer than the settings say; once for each use that begins. */
  onAged(listener: (reference: Reference) => void): () => void;
  close(): Promise<void>;
}
