/** The one shape of every store. `http.ts`, `s3.ts`, `gcs.ts` and `file.ts` each make one; `stores.ts` picks by scheme. */
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';

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
  readonly signal: AbortSignal;
}

/** An answer under way. Who took it reads `body` to its end or destroys it by aborting the signal. */
export interface ReadAnswer {
  readonly body: AsyncIterable<Uint8Array>;
  /** First byte of `body` in the object. */
  readonly start: number;
  /** Size of the whole object in bytes, or null where the server does not say. */
  readonly size: number | null;
  readonly remote: RemoteFacts;
}

/** A door to bytes. All methods throw `Failure` with causes of the taxonomy, and nothing else but bugs. */
export interface Store {
  /** One HEAD, or what comes nearest. */
  stat(reference: Reference, signal: AbortSignal): Promise<RemoteFacts>;
  /** One GET. Retries before the first byte are the store's; resuming in the middle is the caller's. */
  read(reference: Reference, options: ReadOptions): Promise<ReadAnswer>;
}

/** Called once for each request that leaves this computer, and with the bytes of bodies as they come. */
export interface TrafficMeter {
  requestSent(host: string): void;
  bytesReceived(host: string, count: number): void;
}
