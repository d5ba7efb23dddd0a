/** The files of the cache, whole and in part: which there are, who uses them, and which leaves first. Opened by `open-file-cache.ts`. */
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import type { CacheEntry } from '../catalog/catalog.ts';
import type { CacheSelection, HeldEntry } from './bytes.ts';
import type { CacheFolders } from './cache-folders.ts';
import type { Space } from './space.ts';

/** Half-open, in order, apart from each other. */
export type Ranges = readonly (readonly [number, number])[];

/** A file in use: it stays until `release`, which may be called more than once. */
export interface HeldFile {
  readonly entry: CacheEntry;
  /** Absolute. */
  readonly path: string;
  release(): void;
}

/** A file or part that stays where it is until it is let go of. */
export interface Pinned {
  readonly entry: CacheEntry;
  readonly path: string;
  /** True while nobody else uses it. */
  readonly isOnly: boolean;
  /** From now on it lies in this folder, as `CacheEntry.folder` writes it. Resolves when that is remembered. */
  relocate(folder: string): Promise<void>;
  /** Removes it, and lets it go. */
  remove(): Promise<void>;
  release(): void;
}

/** What a store said of the bytes that come in, as far as it did. */
export type PartFacts = Pick<RemoteFacts, 'size' | 'type' | 'etag' | 'modified' | 'md5'>;

/**
 * A part in use by one holding at a time. Its room is claimed through it: what was counted for the part stays counted, and grows before
 * bytes are written. Without a recorded range it goes with `release`.
 */
export interface HeldPart {
  /** As it stands: `ranges` are those that were recorded. */
  readonly entry: CacheEntry;
  /** Absolute. The file may not be there yet. */
  readonly path: string;
  /**
   * Makes room for the part as it is when `ranges` are on the disk (recorded ones included), evicting and waiting where needed. Throws
   * `cache_full` or `disk_full`.
   */
  reserve(ranges: Ranges): Promise<void>;
  /** The same without waiting: false where there is no room; `mayEvict` false takes free room only. */
  tryReserve(ranges: Ranges, mayEvict: boolean): Promise<boolean>;
  /** Says what of the reserved room is on the disk already, in bytes, so that free disk is not counted twice. */
  wrote(bytes: number): void;
  /** No transfer runs for it now: who waits for room does not wait for this one to end. The next `reserve` makes it one again. */
  rest(): void;
  /** Remembers which bytes are in the file, and facts that were learnt since. To be called after they were written, never before. */
  record(ranges: Ranges, learnt?: Partial<PartFacts>): void;
  /**
   * The part is complete and closed: it becomes the current whole file of its reference, remembered before this resolves, and comes with
   * one lease. The former state stays until its last lease ends. The part is released by this. Throws `server_error` for a wrong length.
   */
  admit(facts: PartFacts & { readonly size: number }): Promise<HeldFile>;
  /** Gives the part back: it stays for the next one, and may be evicted. The file is closed by then. */
  release(): void;
  /** Removes it, instead of giving it back. */
  discard(): Promise<void>;
}

export interface FileCache {
  readonly space: Space;
  readonly folders: CacheFolders;
  /** Bytes of a block of the file system. */
  readonly block: number;
  /** Whole files. */
  readonly files: number;
  readonly evictions: number;
  /** On disk, parts and the folders themselves included, and what is claimed for bytes on their way. */
  readonly bytes: number;
  /** Bytes on disk of parts, those in use included. */
  readonly partBytes: number;
  /** Bytes on disk and number of files that are kept offline, parts included in the bytes. */
  readonly kept: { readonly bytes: number; readonly files: number };

  /** The current whole file. */
  entryOf(canonical: CanonicalUrl): CacheEntry | null;
  /** The part of this state of the object, by `validatorOf`; null: of whichever was used last. */
  partOf(canonical: CanonicalUrl, validator: string | null): CacheEntry | null;
  pathOf(entry: CacheEntry): string;
  isKept(canonical: CanonicalUrl): boolean;

  /** Takes the current whole file into use and makes it the most recently used; null where there is none. */
  lease(canonical: CanonicalUrl): HeldFile | null;
  /** Takes a part into use, as `partOf` finds it; null where there is none, or where it is in use. */
  leasePart(reference: Reference, validator: string | null): HeldPart | null;
  /** Begins a part of this state of the object, in use at once. One that was there and is not in use goes. */
  beginPart(reference: Reference, facts: PartFacts): HeldPart;

  /** The current whole file is not the current one any more; it goes as soon as it is not in use. */
  retire(canonical: CanonicalUrl): Promise<void>;
  /** The current whole file was found to be what lies upstream, now. */
  markChecked(canonical: CanonicalUrl): void;
  /** Removes whole files and parts of these, kept or not; what is in use goes as soon as it is not. */
  drop(canonicals: readonly CanonicalUrl[]): Promise<{ bytes: number; files: number }>;
  /** Removes what is neither kept nor in use. */
  clear(selection: CacheSelection): Promise<{ bytes: number; files: number; left: { kept: number; inUse: number } }>;
  /** Entries `start` to `end` (exclusive) of all, or of those that are kept offline; the last used first. */
  list(start: number, end: number, options?: { readonly keptOnly: boolean }): { total: number; entries: HeldEntry[] };
  /** From now on these are never evicted, or may be again. Throws `cache_full` where what is known of them does not fit. */
  setKept(references: readonly { canonical: CanonicalUrl; size: number | null }[], isKept: boolean): Promise<void>;

  /** Current whole files and parts, the last used first. */
  entries(): CacheEntry[];
  isInUse(id: string): boolean;
  /** Takes a current whole file, or a part that nobody uses, into use without counting it as used; null where there is none. */
  pin(id: string): Pinned | null;
  /** A current whole file whose SHA-256 was not reckoned yet, or null. */
  nextUnhashed(): CacheEntry | null;
  rememberHash(id: string, sha256: string): void;
  /** Removes a whole file or part that is not what it should be; it is not found any more, and goes as soon as it is not in use. */
  dropDamaged(id: string): Promise<void>;
  /** True where a name that the cache gives (`isEntryName`) belongs to something that is there or under way. */
  isNamed(name: string): boolean;
  /** Resolves when next a file was released or removed. */
  whenReleased(): Promise<void>;
  /** Looks anew at how much the folders themselves take. */
  measureFolders(): Promise<void>;
  /** Waits until the index in the catalog says what is here, and what was removed is off the disk. */
  settled(): Promise<void>;
}
