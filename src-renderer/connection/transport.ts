/** How calls and events reach the core; one implementation a host. */
import type { ToClient } from '../../src-shared/contract/contract.ts';

/** What a call needs beside its name and input. */
export interface TransportCall {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (progress: unknown) => void;
}

/** Hears every event as it comes off the wire, unparsed. */
export type RawEventListener = (event: Extract<ToClient, { type: 'event' }>) => void;

/** A wire to the core. `call` gives the outcome as it came, and rejects with `ConnectionLost` where no answer can come any more. */
export interface Transport {
  call(name: string, input: unknown, call: TransportCall): Promise<unknown>;
  onEvent(listener: RawEventListener): () => void;
  /** Hears whether the core can be reached; called at once with what is known. */
  onReachable(listener: (reachable: boolean) => void): () => void;
}

/** The wire broke before the answer came. What the core had begun it finishes. */
export class ConnectionLost extends Error {
  constructor() {
    super('The connection to the core was lost.');
    this.name = 'ConnectionLost';
  }
}
