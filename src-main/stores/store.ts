/** The one shape of every store. `http.ts`, `s3.ts`, `gcs.ts`, `azure.ts` and `file.ts` each make one; `stores.ts` picks by scheme. */
import type { VitrineError } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Prefix } from '../../src-shared/reference/parse-prefix.ts';
import type { FileReference, KeyedReference, Reference } from '../../src-shared/reference/reference.ts';

/** Bytes `start` (inclusive) to `end` (exclusive) of an object; `end` null is its end. */
export interface ByteRange {
  readonly start: number;
  readonly end: number | null;
}

export interface ReadOptions {
  /** Null reads the whole object. A server that ignores ranges is met by skipping: `body` still begins at `start`. */
  readonly range: ByteRange | null;
  /**
   * The ETag the object must still have (If-Match). When it has another, the answer is a failure of cause `input_failed` and never
   * other bytes; no store fails with that cause for any other reason.
   */
  readonly ifMatch?: string;
  /** The caller retries, and not the store: a transfer gives its place away while it waits. */
  readonly isOneTry?: true;
  /**
   * The caller has use for the bytes around the range too: where a server ignores ranges, `body` begins at 0 and `start` says so, instead of
   * skipping what would have to be fetched again, and goes on to the end of the object until it is left.
   */
  readonly mayBeginEarlier?: true;
  readonly signal: AbortSignal;
}

/** What is known of an object whose bytes are held here. */
export type KnownState = Pick<RemoteFacts, 'etag' | 'modified' | 'size'>;

/** Whether an object is still the one that is known; else what it is now. */
export type Checked = { readonly isSame: true } | { readonly isSame: false; readonly remote: RemoteFacts };

/**
 * An answer under way. Who took it reads `body` to its end or destroys it by aborting the signal.
 *
 * A body that ends without throwing holds exactly the bytes from `start` to the end of the range, or of the object where that is nearer:
 * neither a connection that breaks, nor an announced length that is wrong, nor a part that is not the one that was asked for ever looks like
 * an end. Where `size` is null (no length, or decoded on the way) the end of the answer is the server's word, and so is the size that a whole
 * answer announces: who knows another size for the same validator, or an MD5, compares. What came before it throws
 * belongs where it was said to, so a transfer goes on from there.
 */
export interface ReadAnswer {
  readonly body: AsyncIterable<Uint8Array>;
  /** First byte of `body` in the object. */
  readonly start: number;
  /** Size of the whole object in bytes, or null where the server does not say. */
  readonly size: number | null;
  readonly remote: RemoteFacts;
  /** True where the server sent all of the object. To who asked for a range it says that the server knows none. */
  readonly isWhole?: boolean;
}

/** What to list. */
export interface ListOptions {
  /** True gives everything below the prefix; false one level of it, folders apart. */
  readonly isRecursive: boolean;
  /** Where the page before ended, as it said; null begins. It is the store's own, good for the same prefix and options only. */
  readonly cursor: string | null;
  /** Entries a page at most; the provider's own most (1,000 nearly everywhere) unless given. */
  readonly limit?: number;
  readonly signal: AbortSignal;
}

/** An object as a listing tells it. A listing says no type. */
export interface ListedObject {
  readonly reference: KeyedReference | FileReference;
  readonly size: number | null;
  readonly etag: string | null;
  /** ISO 8601, UTC. */
  readonly modified: string | null;
  readonly storageClass: string | null;
}

/** One page of a listing, in the order of the keys' bytes (folders of a disk: by name). */
export interface ListPage {
  readonly objects: readonly ListedObject[];
  /** The folders of this level, each a prefix to list. Empty where `isRecursive`. */
  readonly folders: readonly Prefix[];
  /** Placeholders that consoles make for folders: empty objects whose key ends with a slash. Left out of `objects`. */
  readonly placeholders: number;
  /** Other objects of zero bytes, left out of `objects`. */
  readonly empty: number;
  /** What could not be looked at: folders of this computer that may not be read, files whose names are no text. The listing goes on. */
  readonly unreadable?: readonly { readonly path: string; readonly error: VitrineError }[];
  /** Where the next page goes on; null at the end. */
  readonly cursor: string | null;
}

/** A door to bytes. All methods throw `Failure` with causes of the taxonomy, and nothing else but bugs. */
export interface Store {
  /** One HEAD, or what comes nearest. */
  stat(reference: Reference, signal: AbortSignal): Promise<RemoteFacts>;
  /** One GET. Retries before the first byte are the store's; resuming in the middle is the caller's. */
  read(reference: Reference, options: ReadOptions): Promise<ReadAnswer>;
  /**
   * Asks whether the object is still the one that is known, on condition (If-None-Match and its kin), so that "yes" costs no bytes of it.
   * Without a validator, or where the server knows no conditions, time and size decide. An object that nothing is known of has changed.
   */
  check(reference: Reference, known: KnownState, signal: AbortSignal): Promise<Checked>;
  /** One page of what lies under a prefix. */
  list(prefix: Prefix, options: ListOptions): Promise<ListPage>;
}

/** Called once for each request that leaves this computer, and with the bytes of bodies as they come. */
export interface TrafficMeter {
  requestSent(host: string): void;
  bytesReceived(host: string, count: number): void;
}
