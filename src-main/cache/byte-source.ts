/** Random access to the bytes of one reference, wherever they are. */
import type { Cost, RemoteFacts } from '../../src-shared/model/media.ts';

/**
 * Reads from the cached copy or the local file where there is one, else by range requests. What it has fetched it does not fetch again
 * while it lives. Made by `bytes.open(reference)`; close it.
 */
export interface ByteSource {
  /** What the store says of the object; asked once (the first ranged answer says it too, so a probe needs no HEAD). */
  remote(): Promise<RemoteFacts>;
  /**
   * Bytes `start` to `end` (exclusive), shorter only at the end of the file. Throws `Failure`; `unsupported` when a web page came
   * (text/html) instead of media.
   */
  read(start: number, end: number): Promise<Uint8Array>;
  /** What this source has cost so far. */
  readonly cost: Cost;
  close(): void;
}
