/** The face of the settings room: `settings.json` in the library folder, hand-editable, validated. */

import type { LookingFetch } from '../../src-shared/model/thumbnail.ts';

/** How a bucket or prefix is reached when not by its provider's defaults. */
export interface StoreRule {
  /** `s3://bucket` or `s3://bucket/prefix/`, or `gs://…`, or `az://account/container…`. */
  readonly match: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly anonymous?: boolean;
  readonly path_style?: boolean;
  readonly requester_pays?: boolean;
  /** Name of keys that were saved by hand; they go to their own endpoint alone. */
  readonly keys?: string;
  /** Google project that pays for reading buckets whose readers pay. */
  readonly user_project?: string;
  /** Service account in whose name links are signed where the identity itself cannot. */
  readonly sign_as?: string;
  /** The longest life of a link in seconds, where the endpoint allows another than is known of it. */
  readonly link_cap_seconds?: number;
}

export interface Settings {
  readonly cache: {
    /** Bytes; 10 GB unless set. */
    readonly limit: number;
    /** Absolute; null is `cache` in the library folder. */
    readonly folder: string | null;
    /** Files of more bytes are streamed when they are viewed or computed, and not stored whole; null is a third of the limit. */
    readonly stream_above: number | null;
    /** A copy that is used after this many hours is asked for again, on condition; null is never. 24 unless set. */
    readonly check_after_hours: number | null;
  };
  readonly network: {
    /** Private hosts that may be read: names, addresses, `host:port`. `VITRINE_ALLOWED_HOSTS` adds to them. */
    readonly allowed_hosts: readonly string[];
    /** Requests at a time: in all and per host. */
    readonly concurrency: number;
    readonly concurrency_per_host: number;
    /** Bytes a second that all transfers together may take; null is as many as come. */
    readonly bandwidth: number | null;
  };
  readonly looking: {
    /** What tiles, cells and the loupe fetch by themselves; `as_needed` unless set. */
    readonly fetch: LookingFetch;
  };
  readonly stores: readonly StoreRule[];
  /** Whether an app started from the desktop takes over variables of the login shell; true unless set. Read at the start. */
  readonly shell_environment: boolean;
}

export interface SettingsFile {
  /** As they stand; a bad file leaves defaults here, is kept untouched and named in `problem`. */
  current(): Settings;
  /** What is wrong with the file, with its line, or null. */
  readonly problem: import('../../src-shared/model/error.ts').VitrineError | null;
  /** Writes one value atomically; refuses while `problem` stands, so that nothing hand-written is lost. */
  setCacheLimit(bytes: number): Promise<void>;
  /** Like `setCacheLimit`, for the cache's folder, absolute; null is the library's own. */
  setCacheFolder(folder: string | null): Promise<void>;
  /** Like `setCacheLimit`, for what looking may fetch. */
  setLookingFetch(fetch: LookingFetch): Promise<void>;
  /** Adds a rule of `stores`; one that stands already is left. Throws `already_exists` where another rule has the same match. */
  addStoreRule(rule: StoreRule): Promise<void>;
  /** The file's place, absolute; it need not be there. */
  readonly file: string;
  /** What the user wrote, null while it cannot be read. */
  written(): Record<string, unknown> | null;
  /**
   * Writes one value, `key` in dots (`cache.limit`, `stores.0.region`; one past the end of a list adds to it), and leaves all else as it
   * was written. `expected` is what must stand there now, so that a change made elsewhere is not written over; absent: whatever it is.
   * Throws `unknown_name`, `invalid_input` with the sentence of the rule, `already_exists` for a second rule of one `match`.
   */
  set(key: string, value: unknown, options?: { readonly expected?: unknown }): Promise<void>;
  /** Takes one value out, so that the default holds again. False where it was not written. */
  unset(key: string, options?: { readonly expected?: unknown }): Promise<boolean>;
  /** Throws what `nameKeys` would, and changes nothing. */
  checkRule(rule: { readonly match: string; readonly keys: string }): void;
  /** From now on saved keys are used for a bucket or prefix: in the rule of this very `match`, else in a new one. */
  nameKeys(match: string, keys: string): Promise<void>;
  /** Hears of other settings that hold, and of a file that became good or bad. */
  onChanged(listener: (settings: Settings) => void): () => void;
  close(): void;
}
