/** The face of the cache room: bytes of references, by range or whole, never fetched twice, never over the limit. */
import type { CacheStatus } from '../../src-shared/contract/files.ts';
import type { Cost, RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { ReadAnswer, ReadOptions } from '../stores/store.ts';
import type { ByteSource } from './byte-source.ts';

/** visible: somebody looks at it · asked: a command waits for it · background: a column fills. */
export type Priority = 'visible' | 'asked' | 'background';

/** A whole file on this disk that cannot be evicted until it is released. A local file is handed out as it is. */
export interface LeasedFile {
  readonly path: string;
  readonly bytes: number;
  readonly cost: Cost;
  release(): void;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /** An explicit fetch stores whatever fits; otherwise a file larger than a third of the limit is refused with `too_large`. */
  readonly isExplicit: boolean;
}

export interface Bytes {
  open(reference: Reference, options: { signal: AbortSignal; priority: Priority }): Promise<ByteSource>;
  /** Single flight: however many ask, one download. Throws `Failure` (`cache_full`, `disk_full`, `too_large`, the store's causes). */
  fetch(reference: Reference, options: FetchOptions): Promise<LeasedFile>;
  /** For the player: from the copy, the local file or upstream; nothing is stored. */
  stream(reference: Reference, options: ReadOptions): Promise<ReadAnswer>;
  /** How the reference is held now; cheap, answers from memory. */
  heldOf(reference: Reference): 'none' | 'whole' | 'local';
  /** Details of the copy, or null. */
  copyOf(reference: Reference): { path: string; bytes: number; since: string; lastUsed: string } | null;
  status(): CacheStatus;
  clear(): Promise<{ bytes: number; files: number }>;
  setLimit(bytes: number): Promise<CacheStatus>;
  /** Drops the copy of a file that is another one upstream now; a copy of that one stays. */
  dropChanged(reference: Reference, remote: RemoteFacts): Promise<void>;
  /** Told after each change of what is held. */
  onChanged(listener: (change: { canonical: string; held: 'none' | 'whole' }) => void): () => void;
  close(): Promise<void>;
}
