/** Opens the cache room: the files, the holdings over them, and the queue of what is on its way, behind the face in `bytes.ts`. */
import { randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { RestartReason } from '../../src-shared/model/transfer.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import type { CacheEntry, CatalogCacheIndex, CatalogMemory } from '../catalog/catalog.ts';
import { createRetryPolicy, type Sleep, sleepFor } from '../stores/retry.ts';
import type { ReadAnswer, ReadOptions, Store } from '../stores/store.ts';
import { createBandwidth } from './bandwidth.ts';
import type { ByteSource } from './byte-source.ts';
import type { Bytes, FetchOptions, LeasedFile } from './bytes.ts';
import { detailsOf, statusOf } from './describe-cache.ts';
import { type DiskSpace, diskSpaceOf, sizeInWords } from './disk.ts';
import { fileNameOf } from './entry-name.ts';
import type { HeldFile } from './file-cache.ts';
import { createFileReader } from './file-reader.ts';
import { createFlights, type FlightControl } from './flight.ts';
import { createBackgroundHashing } from './hash-in-background.ts';
import type { Asker } from './holding.ts';
import { createHoldingReader } from './holding-reader.ts';
import { createHoldings } from './holdings.ts';
import { inParallel } from './in-slices.ts';
import { createFileMover } from './move-files.ts';
import { openFileCache } from './open-file-cache.ts';
import { createSpanMemories } from './span-memory.ts';
import { streamOf } from './stream.ts';
import { createTransferQueue } from './transfer-queue.ts';
import { createTransfers } from './transfers.ts';
import { openUsage } from './usage.ts';
import { isPinned } from './validator.ts';
import { verifyFiles } from './verify-files.ts';

/** What of the settings is read again whenever it is needed. */
export interface BytesSettings {
  /** Files of more bytes are streamed when they are viewed or computed; null is a third of the limit. */
  readonly streamAbove: number | null;
  /** A copy used after so many hours is told to `onAged`; null is never. */
  readonly checkAfterHours: number | null;
  /** Bytes a second of all transfers together; null is as many as come. */
  readonly bandwidth: number | null;
  /** Transfers at a time: in all and per host. */
  readonly concurrency: number;
  readonly concurrencyPerHost: number;
}

export interface BytesOptions {
  /** The library's own cache folder; made where it is missing. Only files with this cache's names are ever removed from it. */
  readonly folder: string;
  /** The folder of the settings, absolute, or null. */
  readonly chosenFolder?: string | null;
  /** Bytes on disk that files and parts together may take. */
  readonly limit: number;
  readonly index: CatalogCacheIndex;
  readonly storeOf: (reference: Reference) => Store;
  readonly settings: () => BytesSettings;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** [0, 1), for the jitter of retries. */
  readonly random?: () => number;
  /** The real clock's unless given. */
  readonly sleep?: Sleep;
  /** Where hits, misses and evictions are remembered across starts; without it they count from this start. */
  readonly memory?: Pick<CatalogMemory, 'get' | 'set'>;
  /** Told of a file that was removed because its bytes are not those that its provider says. */
  readonly onDamaged?: (canonical: string) => void;
  /** Room on the disk of a folder; asks the system unless given. */
  readonly diskSpace?: (folder: string) => Promise<DiskSpace>;
}

interface Fetched extends HeldFile {
  readonly cost: { readonly requests: number; readonly bytes: number };
  readonly restarted: RestartReason | null;
}

/** Bytes that probes of many files may leave in memory for the next who asks. */
const memoryBytes = 32 * 1024 * 1024;
const ownerKey = 'cache.owner';
const noCost = { requests: 0, bytes: 0 } as const;

function remoteOf(entry: CacheEntry): RemoteFacts {
  const { size, type, etag, modified, md5 } = entry;
  return { size, type, etag, modified, storageClass: null, ...(md5 === null ? {} : { md5 }) };
}

/** By which a folder of the user's choice is known to be this library's. */
async function ownerOf(memory: BytesOptions['memory'], folder: string): Promise<string> {
  const known = await memory?.get(ownerKey);
  if (typeof known === 'string') return known;
  const owner = memory ? randomUUID() : folder;
  // A catalog that is read-only may refuse; then nothing is moved either.
  await memory?.set(ownerKey, owner).catch(() => undefined);
  return owner;
}

/** Opens the cache of a library. Throws `read_only` or `disk_full` where the folder cannot be made or written. */
export async function createBytes(options: BytesOptions): Promise<Bytes> {
  const { folder, index, storeOf, settings, clock, memory } = options;
  const diskSpace = options.diskSpace ?? diskSpaceOf;
  const sleep = options.sleep ?? sleepFor;
  const listeners = new Set<(change: { canonical: CanonicalUrl; held: 'none' | 'whole' }) => void>();
  const agedListeners = new Set<(reference: Reference) => void>();
  const usage = await openUsage({ memory, clock });
  const files = await openFileCache({
    ...{ folder, index, clock, diskSpace },
    chosenFolder: options.chosenFolder ?? null,
    owner: await ownerOf(memory, folder),
    limit: options.limit,
    onHeld(canonical, held) {
      for (const listener of listeners) listener({ canonical, held });
    },
  });
  const { space } = files;
  const streamAbove = () => settings().streamAbove ?? Math.floor(space.limit / 3);
  const queue = createTransferQueue({
    total: () => settings().concurrency,
    perHost: () => settings().concurrencyPerHost,
    sleep,
  });
  const bandwidth = createBandwidth({ limit: () => settings().bandwidth, clock, sleep });
  const transfers = createTransfers({
    clock,
    after: (ms, work) => setTimeout(work, ms).unref(),
  });
  const hashing = createBackgroundHashing({ files, isBusy: () => queue.running > 0, onDamaged: options.onDamaged ?? (() => undefined) });
  const ground = {
    ...{ files, queue, transfers, streamAbove, sleep },
    memories: createSpanMemories(memoryBytes),
    policy: createRetryPolicy(options.random ?? Math.random),
    bandwidth: {
      async take(bytes: number, signal: AbortSignal) {
        usage.fetched(bytes);
        await bandwidth.take(bytes, signal);
      },
    },
  };
  const holdings = createHoldings(ground, { storeOf, clock });
  const mover = createFileMover(files, diskSpace);
  mover.resume();
  hashing.wake();

  /** How many asked explicitly for what is under way: such a transfer may be as large as the whole limit. */
  const explicitAskers = new Map<string, number>();
  const flights = createFlights<Fetched>({
    shareOf(fetched) {
      const lease = files.lease(fetched.entry.canonical);
      return { ...fetched, release: lease ? lease.release : fetched.release };
    },
    discard: (fetched) => fetched.release(),
  });

  async function bring(reference: Reference, flight: FlightControl): Promise<Fetched> {
    const { canonical } = reference;
    const note = transfers.begin({
      ...{ canonical, name: fileNameOf(reference, null), purpose: 'whole', priority: flight.priority, size: null },
    });
    const asker: Asker = { signal: flight.signal, priority: flight.priority, cost: { requests: 0, bytes: 0 }, epoch: null };
    const seat = await holdings.join(reference).catch((thrown: unknown) => {
      note.end();
      throw thrown;
    });
    flight.onRaise((priority) => {
      asker.priority = priority;
      seat.holding.raise(priority);
    });
    try {
      const { file, restarted } = await seat.holding.whole(asker, note, (size) => {
        const most = explicitAskers.has(canonical) ? space.limit : Math.min(space.limit, streamAbove());
        if (size <= most) return;
        throw fail('too_large', {
          message: `${sizeInWords(size)} is more than the limit of ${sizeInWords(most)} for this.`,
          next: 'Raise the limit of the cache, or open the file elsewhere.',
        });
      });
      void seat.leave();
      return { ...file, cost: asker.cost, restarted };
    } catch (thrown) {
      await seat.leave();
      throw thrown;
    } finally {
      note.end();
      hashing.wake();
    }
  }

  async function leaseLocal(reference: Reference & { scheme: 'file' }, signal: AbortSignal): Promise<LeasedFile> {
    const facts = await storeOf(reference).stat(reference, signal);
    return { path: reference.path, bytes: facts.size ?? 0, cost: noCost, restarted: null, release: () => undefined };
  }

  function tellAge(reference: Reference, checkedAt: number): void {
    const hours = settings().checkAfterHours;
    if (hours === null || isPinned(reference) || clock() - checkedAt <= hours * 3_600_000) return;
    for (const listener of agedListeners) listener(reference);
  }

  /** The copy, looked at on the disk first: somebody may have removed or changed it there. */
  async function leaseCopy(reference: Reference): Promise<HeldFile | null> {
    const held = files.lease(reference.canonical);
    if (!held) return null;
    const facts = await stat(held.path).catch(() => null);
    if (facts?.size === held.entry.size) {
      tellAge(reference, held.entry.checkedAt);
      return held;
    }
    held.release();
    await files.dropDamaged(held.entry.id);
    return null;
  }

  async function fetch(reference: Reference, { signal, priority, isExplicit }: FetchOptions): Promise<LeasedFile> {
    if (reference.scheme === 'file') return leaseLocal(reference, signal);
    const copy = await leaseCopy(reference);
    if (copy) {
      usage.hit();
      return { path: copy.path, bytes: copy.entry.size ?? 0, cost: noCost, restarted: null, release: copy.release };
    }
    usage.miss();
    let isFirst = false;
    const { canonical } = reference;
    if (isExplicit) explicitAskers.set(canonical, (explicitAskers.get(canonical) ?? 0) + 1);
    try {
      const got = await flights.join(canonical, {
        ...{ signal, priority },
        start(flight) {
          isFirst = true;
          return bring(reference, flight);
        },
      });
      const { path, entry, restarted, release } = got;
      return { path, bytes: entry.size ?? 0, cost: isFirst ? got.cost : noCost, restarted, release };
    } finally {
      const left = (explicitAskers.get(canonical) ?? 0) - 1;
      if (isExplicit && left > 0) explicitAskers.set(canonical, left);
      else if (isExplicit) explicitAskers.delete(canonical);
    }
  }

  async function openSource(reference: Reference, { signal, priority }: Parameters<Bytes['open']>[1]): Promise<ByteSource> {
    if (reference.scheme === 'file') {
      const store = storeOf(reference);
      const remote = await store.stat(reference, signal);
      try {
        return await createFileReader({ path: reference.path, remote, onClose: () => undefined });
      } catch (thrown) {
        // Between the two calls it went away, or it may be listed but not read: the store says it in words.
        await (await store.read(reference, { range: { start: 0, end: 1 }, signal })).body[Symbol.asyncIterator]().next();
        throw thrown;
      }
    }
    const copy = await leaseCopy(reference);
    if (copy) return createFileReader({ path: copy.path, remote: remoteOf(copy.entry), onClose: copy.release });
    const part = files.partOf(reference.canonical, null);
    if (part) tellAge(reference, part.checkedAt);
    const seat = await holdings.join(reference);
    if (priority !== 'background') await seat.holding.keepOnDisk();
    return createHoldingReader(seat, { queue, priority, signal });
  }

  function streamCopy(copy: HeldFile, { range, signal }: ReadOptions): ReadAnswer {
    const bytes = copy.entry.size ?? 0;
    const start = Math.min(range?.start ?? 0, bytes);
    const end = Math.min(range?.end ?? bytes, bytes);
    signal.addEventListener('abort', copy.release, { once: true }); // a body that nobody began to read
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        if (start >= end) return;
        const file = await open(copy.path, 'r');
        for await (const chunk of file.createReadStream({ start, end: end - 1, signal })) yield chunk;
      } finally {
        signal.removeEventListener('abort', copy.release);
        copy.release();
      }
    }
    return { body: body(), start, size: bytes, remote: remoteOf(copy.entry) };
  }

  return {
    open: openSource,
    fetch,
    async stream(reference, readOptions) {
      if (reference.scheme === 'file') return storeOf(reference).read(reference, readOptions);
      const copy = await leaseCopy(reference);
      if (copy) return streamCopy(copy, readOptions);
      const priority = readOptions.priority ?? 'visible';
      const seat = await holdings.join(reference);
      if (priority !== 'background') await seat.holding.keepOnDisk();
      return streamOf(seat, { ...readOptions, priority });
    },
    heldOf(reference) {
      if (reference.scheme === 'file') return 'local';
      return files.entryOf(reference.canonical) ? 'whole' : 'none';
    },
    isKept: (canonical) => files.isKept(canonical),
    copyOf(reference) {
      const entry = files.entryOf(reference.canonical);
      if (!entry) return null;
      return {
        path: files.pathOf(entry),
        state: 'whole',
        bytes: entry.size ?? 0,
        size: entry.size,
        etag: entry.etag,
        modified: entry.modified,
        since: new Date(entry.since).toISOString(),
        lastUsed: new Date(entry.lastUsed).toISOString(),
        checkedAt: new Date(entry.checkedAt).toISOString(),
      };
    },
    rangesOf(reference) {
      const { canonical } = reference;
      const entry = files.entryOf(canonical);
      if (entry) return { size: entry.size, ranges: entry.size ? [[0, entry.size]] : [] };
      const holding = holdings.get(canonical);
      if (holding) return { size: holding.size, ranges: holding.ranges };
      const part = files.partOf(canonical, null);
      return { size: part?.size ?? null, ranges: part?.ranges ?? [] };
    },
    status: () => statusOf(files, usage),
    details: () => detailsOf({ files, usage, mover, streamAbove: streamAbove(), diskSpace }),
    list: (start, end, which) => files.list(start, end, which),
    clear: (selection) => files.clear(selection),
    async drop(canonicals) {
      await inParallel(canonicals, (canonical) => holdings.forget(canonical));
      return files.drop(canonicals);
    },
    async setLimit(bytes) {
      if (!Number.isFinite(bytes) || bytes < 0) {
        throw fail('invalid_input', { message: 'The limit of the cache must be a number of bytes, 0 or more.' });
      }
      if (bytes < space.inUse) {
        throw fail('cache_full', {
          message: `${sizeInWords(space.inUse)} is in use or kept offline, so the limit cannot be below that now.`,
          next: 'Set it again when less is in use.',
        });
      }
      space.limit = bytes;
      await space.fit();
      space.changed();
      return statusOf(files, usage);
    },
    setKept: (references, isKept) =>
      files.setKept(
        references.map(({ reference, size }) => ({ canonical: reference.canonical, size })),
        isKept,
      ),
    verify: (verifyOptions) => verifyFiles(files, verifyOptions),
    move: (to, moveOptions) => mover.move(to, moveOptions),
    async dropChanged({ canonical }, remote) {
      const entry = files.entryOf(canonical);
      if (entry && (remote.etag === null || entry.etag !== remote.etag)) await files.retire(canonical);
      const known = holdings.get(canonical)?.facts ?? files.partOf(canonical, null);
      if (known && (remote.etag === null || known.etag !== remote.etag)) await holdings.forget(canonical);
    },
    markChecked: (canonical) => files.markChecked(canonical),
    transfers: () => transfers.list(),
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onTransfers: (listener) => transfers.onTold(listener),
    onAged(listener) {
      agedListeners.add(listener);
      return () => agedListeners.delete(listener);
    },
    async close() {
      flights.abortAll();
      await flights.settled();
      await holdings.close();
      queue.close();
      await mover.close();
      await hashing.close();
      await files.settled();
      await usage.save(files.evictions);
    },
  };
}
