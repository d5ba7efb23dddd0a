/** Where the bytes of a holding lie: in its part on the disk, in memory where they are not to be kept or there is no room, or in the whole file. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { diskFailure } from './disk.ts';
import type { FileCache, HeldFile, HeldPart, PartFacts } from './file-cache.ts';
import { openPartFile, type PartFile, readFrom } from './part-file.ts';
import { countOf, holds, type Ranges, union, withRange } from './range-set.ts';
import type { SpanMemory } from './span-memory.ts';
import { changedWhileRead } from './validator.ts';

export interface HoldingStore {
  /** What is here. */
  readonly ranges: Ranges;
  /** True for a part and for the whole file. */
  readonly isOnDisk: boolean;
  readonly isWhole: boolean;
  /** Bytes that come for `start` to `end` go to the disk if there is room; `mayEvict` false takes free room only. */
  prepare(facts: PartFacts, start: number, end: number, mayEvict: boolean): Promise<void>;
  /** Claims the room for all below `end`, waiting where needed, and writes out what was in memory. Throws `cache_full` or `disk_full`. */
  reserve(facts: PartFacts, end: number): Promise<void>;
  /** Takes bytes in. Throws what the disk says only where their room was claimed by `reserve`. */
  put(start: number, bytes: Uint8Array): Promise<void>;
  /** Bytes `start` to `end`, which are here. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Keeps what is or comes in memory of these until it is called back. */
  pin(start: number, end: number): () => void;
  /** No transfer runs now. */
  rest(): void;
  /** All `facts.size` bytes are here, and their room was reserved: makes them the whole file. */
  admit(facts: PartFacts & { readonly size: number }): Promise<HeldFile>;
  /** Gives the whole file back at once; nothing can be read after. */
  letGo(): void;
  /** Remembers what is on the disk and gives it back. */
  close(): Promise<void>;
  /** Forgets and removes all of it. */
  discard(): Promise<void>;
}

/** What was written since is remembered after so many bytes or milliseconds: a kill costs no more than that. */
const recordBytes = 4 * 1024 * 1024;
const recordMs = 500;

/** `part` is a part of an earlier time, in use by this holding. */
export async function openHoldingStore(options: {
  reference: Reference;
  files: FileCache;
  memory: SpanMemory;
  part: HeldPart | null;
}): Promise<HoldingStore> {
  const { reference, files, memory } = options;
  let { part } = options;
  let disk: Ranges = part?.entry.ranges ?? [];
  if (part && disk.length > 0) {
    const facts = await stat(part.path).catch(() => null);
    if ((facts?.size ?? 0) < (disk.at(-1)?.[1] ?? 0)) {
      // Somebody removed or cut it; its entry says more than is there.
      await part.discard();
      part = null;
      disk = [];
    }
  }
  let reserved: Ranges = disk;
  let mustStore = false;
  let isOver = false;
  let file: Promise<PartFile> | null = null;
  let whole: { lease: HeldFile; handle: Promise<FileHandle> } | null = null;
  const writes = new Set<Promise<void>>();
  const reads = new Set<Promise<unknown>>();
  /** While the part becomes the whole file, nothing is read. */
  let admitting: Promise<unknown> | null = null;
  let unrecorded = 0;
  /** False once bytes came in another order than theirs: then the length of the file does not prove that the rest is there. */
  let isSequential = part === null;
  let recording: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let tail: Promise<unknown> = Promise.resolve();

  /** Claims are for the part as a whole, so two at once would each leave out the other's ranges. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const next = tail.then(work, work);
    tail = next.catch(() => undefined);
    return next;
  }

  /**
   * Bytes first, then their entry: what the entry claims must be in the file, also after a power cut. The catalog is synced by itself, so
   * the file has to be as well; a boot id would tell such a cut, but costs all parts of every orderly restart.
   */
  function record(): Promise<void> {
    recording ??= (async () => {
      const opened = file;
      const ranges = disk;
      unrecorded = 0;
      await (await opened)?.sync();
      part?.record(ranges);
    })()
      .catch(() => undefined) // what is not recorded is fetched again after the next start
      .finally(() => {
        recording = null;
      });
    return recording;
  }

  function noteWritten(bytes: number): void {
    unrecorded += bytes;
    if (unrecorded >= recordBytes) void record();
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      if (!isOver && unrecorded > 0) void record();
    }, recordMs);
    timer.unref();
  }

  async function write(held: HeldPart, start: number, bytes: Uint8Array): Promise<void> {
    file ??= openPartFile(held.path);
    const work = file.then((opened) => opened.write(start, [bytes]));
    const settled = work.catch(() => undefined);
    writes.add(settled);
    await work.finally(() => writes.delete(settled));
    const end = start + bytes.length;
    if (start !== 0 && !holds(disk, 0, start)) isSequential = false;
    disk = withRange(disk, start, end);
    held.wrote(countOf(disk));
    noteWritten(bytes.length);
  }

  /** Takes a slice at a time from memory to the disk. */
  async function spill(held: HeldPart): Promise<void> {
    for (const [start, end] of memory.ranges) {
      for (let at = start; at < end; at += recordBytes) {
        const stop = Math.min(end, at + recordBytes);
        if (!holds(reserved, at, stop) || holds(disk, at, stop)) continue;
        const bytes = new Uint8Array(stop - at);
        memory.copyTo(at, bytes);
        await write(held, at, bytes);
      }
    }
    for (const [start, end] of disk) memory.drop(start, end);
  }

  async function closeFile(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    await Promise.all([...writes, ...reads]);
    await recording;
    const opened = await file?.catch(() => null);
    if (opened && unrecorded > 0) await record();
    await opened?.close();
    file = null;
  }

  async function copyOut(start: number, end: number): Promise<Uint8Array> {
    const target = new Uint8Array(end - start);
    if (whole) {
      target.set(await readFrom(await whole.handle, start, end - start));
      return target;
    }
    // It began anew since the reader saw that its bytes are here: never zeros in their place.
    if (!holds(union(disk, memory.ranges), start, end)) throw changedWhileRead();
    memory.copyTo(start, target);
    if (part && disk.length > 0) file ??= openPartFile(part.path);
    const opened = await file;
    for (const [from, to] of disk) {
      const first = Math.max(from, start);
      const last = Math.min(to, end);
      if (first < last && opened) target.set(await opened.read(first, last), first - start);
    }
    return target;
  }

  async function becomeWhole(facts: PartFacts & { readonly size: number }): Promise<HeldFile> {
    part ??= files.beginPart(reference, facts);
    const held = part;
    await spill(held);
    file ??= openPartFile(held.path);
    const opened = await file;
    if (facts.size === 0) await opened.setSize(0);
    if (!isSequential) await opened.sync();
    await Promise.all(writes);
    await recording;
    unrecorded = 0;
    await closeFile();
    const admitted = await held.admit(facts);
    part = null;
    const lease = files.lease(reference.canonical);
    if (lease) {
      const handle = open(lease.path, 'r');
      handle.catch(() => undefined);
      whole = { lease, handle };
    }
    memory.drop(0, Number.POSITIVE_INFINITY);
    return admitted;
  }

  return {
    get ranges() {
      return whole ? ([[0, whole.lease.entry.size ?? 0]] as const) : union(disk, memory.ranges);
    },
    get isOnDisk() {
      return part !== null || whole !== null;
    },
    get isWhole() {
      return whole !== null;
    },
    prepare: (facts, start, end, mayEvict) =>
      inOrder(async () => {
        if (isOver || whole || start >= end) return;
        part ??= files.beginPart(reference, facts);
        if (!(await part.tryReserve(withRange(reserved, start, end), mayEvict))) return;
        reserved = withRange(reserved, start, end);
        await spill(part).catch(() => undefined); // who looks has the bytes in memory all the same
      }),
    reserve: (facts, end) =>
      inOrder(async () => {
        if (isOver || whole) return;
        part ??= files.beginPart(reference, facts);
        await part.reserve(withRange(reserved, 0, end));
        reserved = withRange(reserved, 0, end);
        mustStore = true;
        await spill(part);
      }),
    async put(start, bytes) {
      if (isOver || whole || bytes.length === 0) return;
      if (!part || !holds(reserved, start, start + bytes.length)) return memory.add(start, bytes);
      try {
        await write(part, start, bytes);
      } catch (thrown) {
        if (mustStore) throw diskFailure(thrown, part.path, countOf(reserved)) ?? thrown;
        memory.add(start, bytes);
      }
    },
    async read(start, end) {
      while (admitting) await admitting;
      const work = copyOut(start, end);
      const settled = work.catch(() => undefined);
      reads.add(settled);
      return await work.finally(() => reads.delete(settled));
    },
    pin: (start, end) => memory.pin(start, end),
    rest() {
      mustStore = false;
      part?.rest();
    },
    admit: (facts) =>
      inOrder(async () => {
        const work = becomeWhole(facts);
        admitting = work.catch(() => undefined);
        return await work.finally(() => {
          admitting = null;
        });
      }),
    letGo() {
      whole?.lease.release();
    },
    close: () =>
      inOrder(async () => {
        await closeFile();
        isOver = true;
        part?.release();
        part = null;
        disk = [];
        await whole?.handle.then((handle) => handle.close()).catch(() => undefined);
        whole?.lease.release();
        whole = null;
      }),
    discard() {
      isOver = true;
      return inOrder(async () => {
        unrecorded = 0;
        await closeFile();
        await part?.discard();
        part = null;
        disk = [];
        await whole?.handle.then((handle) => handle.close()).catch(() => undefined);
        whole?.lease.release();
        whole = null;
        memory.drop(0, Number.POSITIVE_INFINITY);
      });
    },
  };
}
