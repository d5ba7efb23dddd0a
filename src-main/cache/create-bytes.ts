/** Opens the cache room: the file cache, its account of space, the transfer queue and the readers behind the face in `bytes.ts`. */
import { open, stat } from 'node:fs/promises';
import type { CacheStatus } from '../../src-shared/contract/cache.ts';
import { errorOf, type Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { placeOf } from '../../src-shared/reference/keyed-address.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import type { CacheEntry, CatalogCacheIndex, CatalogMemory } from '../catalog/catalog.ts';
import type { Store } from '../stores/store.ts';
import type { ByteSource } from './byte-source.ts';
import type { Bytes, FetchOptions, LeasedFile } from './bytes.ts';
import { type DiskSpace, diskSpaceOf, sizeInWords } from './disk.ts';
import { download } from './download.ts';
import { type FileCache, type HeldFile, openFileCache } from './file-cache.ts';
import { createFileReader } from './file-reader.ts';
import { createFlights, type FlightControl } from './flight.ts';
import { createRangeReader } from './range-reader.ts';
import { createSpace, type Holdings } from './space.ts';
import { createTransferQueue } from './transfer-queue.ts';

export interface BytesOptions {
  /** The cache folder; made where it is missing. Only files with this cache's names are ever removed from it. */
  readonly folder: string;
  /** Bytes on disk that files and parts together may take. */
  readonly limit: number;
  readonly index: CatalogCacheIndex;
  readonly storeOf: (reference: Reference) => Store;
  /** Transfers at a time: in all and per host. */
  readonly concurrency: number;
  readonly concurrencyPerHost: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Where hits, misses and evictions are remembered across starts; without it they count from this start. */
  readonly memory?: Pick<CatalogMemory, 'get' | 'set'>;
  /** Room on the disk of `folder`; asks the system unless given. */
  readonly diskSpace?: (folder: string) => Promise<DiskSpace>;
}

interface Fetched extends HeldFile {
  readonly requests: number;
  readonly received: number;
}

/** While a length is unknown, room is claimed in steps: of 1 MiB, or less where the limit is small. */
const largestClaimStep = 1024 * 1024;
const countersKey = 'cache.counters';
const noCost = { requests: 0, bytes: 0 } as const;

/** Whose cap of transfers counts: the host, or the bucket, which is a host of its own at the providers. */
function hostOf(reference: Reference): string {
  if (reference.scheme === 'file') return 'file';
  return 'host' in reference ? reference.host : `${reference.scheme}://${placeOf(reference).bucket}`;
}

function remoteOf(entry: CacheEntry): RemoteFacts {
  return { size: entry.size, type: entry.type, etag: entry.etag, modified: entry.modified, storageClass: null };
}

async function loadCounters(memory: BytesOptions['memory']): Promise<{ hits: number; misses: number; evictions: number }> {
  const none = { hits: 0, misses: 0, evictions: 0 };
  const text = await memory?.get(countersKey);
  if (typeof text !== 'string') return none;
  const [hits = 0, misses = 0, evictions = 0] = text.split(' ').map(Number);
  return [hits, misses, evictions].every(Number.isSafeInteger) ? { hits, misses, evictions } : none;
}

/** Opens the cache of a library. Throws `read_only` or `disk_full` where the folder cannot be made or written. */
export async function createBytes(options: BytesOptions): Promise<Bytes> {
  const { folder, index, storeOf, clock, memory } = options;
  const diskSpace = options.diskSpace ?? diskSpaceOf;
  const counters = await loadCounters(memory);
  const evictionsBefore = counters.evictions;
  const listeners = new Set<(change: { canonical: CanonicalUrl; held: 'none' | 'whole' }) => void>();
  const queue = createTransferQueue({ total: options.concurrency, perHost: options.concurrencyPerHost });

  // The files and the account need each other: the account asks the files to leave, the files tell the account of room.
  const holder: { files: FileCache | null } = { files: null };
  const holdings: Holdings = {
    heldBytes: () => holder.files?.heldBytes() ?? 0,
    evictableBytes: () => holder.files?.evictableBytes() ?? 0,
    evictOldest: async () => (await holder.files?.evictOldest()) ?? false,
  };
  const space = createSpace({ limit: options.limit, holdings, diskSpace: () => diskSpace(folder) });
  const files = await openFileCache({
    folder,
    index,
    block: (await diskSpace(folder).catch(() => null))?.block ?? 4096,
    clock,
    onHeld(canonical, held) {
      for (const listener of listeners) listener({ canonical, held });
    },
    onRoom: () => space.changed(),
  });
  holder.files = files;
  const { block } = await diskSpace(folder);
  await space.fit();

  /** How many asked explicitly for what is under way: such a transfer may be as large as the whole limit. */
  const explicitAskers = new Map<string, number>();
  const flights = createFlights<Fetched>({
    shareOf(fetched) {
      const lease = files.lease(fetched.entry.canonical);
      return { ...fetched, release: lease ? lease.release : fetched.release };
    },
    discard: (fetched) => fetched.release(),
  });

  function tooLarge(size: number, limit: number): Failure {
    return fail('too_large', {
      message: `${sizeInWords(size)} is more than the limit of ${sizeInWords(limit)} for this.`,
      next: 'Raise the limit of the cache, or open the file elsewhere.',
    });
  }

  async function bring(reference: Reference, flight: FlightControl): Promise<Fetched> {
    const already = files.lease(reference.canonical); // another flight may have landed since it was looked up
    if (already) return { ...already, requests: 0, received: 0 };
    const ticket = queue.enter(hostOf(reference), flight.priority, flight.signal);
    flight.onRaise((priority) => ticket.raise(priority));
    try {
      await ticket.ready;
    } catch (thrown) {
      ticket.release();
      throw thrown;
    }
    // Only now: a claim that waits for its turn would look like a transfer that can still finish and make room.
    const claim = space.claim();
    try {
      const got = await download({
        reference,
        store: storeOf(reference),
        partPath: files.partPathOf(reference.canonical),
        claim,
        block,
        claimStep: Math.max(block, Math.min(largestClaimStep, Math.floor(space.limit / 64))),
        checkSize(size) {
          const most = explicitAskers.has(reference.canonical) ? space.limit : Math.floor(space.limit / 3);
          if (size > most) throw tooLarge(size, most);
        },
        signal: flight.signal,
      });
      const held = await files.admit(reference, { bytes: got.bytes, etag: got.etag, type: got.type }, () => claim.end());
      return { ...held, requests: got.requests, received: got.received };
    } finally {
      claim.end();
      ticket.release();
    }
  }

  async function leaseLocal(reference: Reference & { scheme: 'file' }, signal: AbortSignal): Promise<LeasedFile> {
    const facts = await storeOf(reference).stat(reference, signal);
    return { path: reference.path, bytes: facts.size ?? 0, cost: noCost, restarted: null, release: () => undefined };
  }

  /** The copy, looked at on the disk first: somebody may have removed or changed it there. */
  async function leaseCopy(reference: Reference): Promise<HeldFile | null> {
    const held = files.lease(reference.canonical);
    if (!held) return null;
    const facts = await stat(held.path).catch(() => null);
    if (facts?.size === held.entry.size) return held;
    held.release();
    await files.drop(reference.canonical);
    return null;
  }

  async function fetch(reference: Reference, { signal, priority, isExplicit }: FetchOptions): Promise<LeasedFile> {
    if (reference.scheme === 'file') return leaseLocal(reference, signal);
    const copy = await leaseCopy(reference);
    if (copy) {
      counters.hits += 1;
      return { path: copy.path, bytes: copy.entry.size ?? 0, cost: noCost, restarted: null, release: copy.release };
    }
    counters.misses += 1;
    let isFirst = false;
    const { canonical } = reference;
    if (isExplicit) explicitAskers.set(canonical, (explicitAskers.get(canonical) ?? 0) + 1);
    try {
      const got = await flights.join(canonical, {
        signal,
        priority,
        start(flight) {
          isFirst = true;
          return bring(reference, flight);
        },
      });
      const cost = isFirst ? { requests: got.requests, bytes: got.received } : noCost;
      return { path: got.path, bytes: got.entry.size ?? 0, cost, restarted: null, release: got.release };
    } finally {
      const left = (explicitAskers.get(canonical) ?? 0) - 1;
      if (isExplicit && left > 0) explicitAskers.set(canonical, left);
      else if (isExplicit) explicitAskers.delete(canonical);
    }
  }

  const status = (): CacheStatus => ({
    bytes: files.heldBytes() + space.claimed,
    files: files.files,
    limit: space.limit,
    hits: counters.hits,
    misses: counters.misses,
    evictions: evictionsBefore + files.evictions,
    kept: 0,
  });

  return {
    async open(reference, { signal, priority }): Promise<ByteSource> {
      const store = storeOf(reference);
      if (reference.scheme === 'file') {
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
      return createRangeReader({ reference, store, queue, host: hostOf(reference), priority, signal });
    },
    fetch,
    async stream(reference, readOptions) {
      const copy = reference.scheme === 'file' ? null : await leaseCopy(reference);
      if (!copy) return storeOf(reference).read(reference, readOptions);
      const bytes = copy.entry.size ?? 0;
      const start = Math.min(readOptions.range?.start ?? 0, bytes);
      const end = Math.min(readOptions.range?.end ?? bytes, bytes);
      readOptions.signal.addEventListener('abort', copy.release, { once: true }); // a body that nobody began to read
      async function* body(): AsyncGenerator<Uint8Array> {
        try {
          if (start >= end) return;
          const file = await open(copy?.path ?? '', 'r');
          for await (const chunk of file.createReadStream({ start, end: end - 1, signal: readOptions.signal })) yield chunk;
        } finally {
          copy?.release();
        }
      }
      return { body: body(), start, size: bytes, remote: remoteOf(copy.entry) };
    },
    heldOf(reference) {
      if (reference.scheme === 'file') return 'local';
      return files.has(reference.canonical) ? 'whole' : 'none';
    },
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
    status,
    isKept: () => false,
    rangesOf: () => ({ size: null, ranges: [] }),
    details: () => Promise.reject(new Error('not yet')),
    list: () => ({ total: 0, entries: [] }),
    drop: () => Promise.reject(new Error('not yet')),
    setKept: () => Promise.reject(new Error('not yet')),
    verify: () => Promise.reject(new Error('not yet')),
    move: () => Promise.reject(new Error('not yet')),
    markChecked: () => undefined,
    transfers: () => [],
    onTransfers: () => () => undefined,
    onAged: () => () => undefined,
    clear: async () => ({ ...(await files.clear()), left: { kept: 0, inUse: 0 } }),
    async setLimit(bytes) {
      if (!Number.isFinite(bytes) || bytes < 0) {
        throw fail('invalid_input', { message: 'The limit of the cache must be a number of bytes, 0 or more.' });
      }
      const inUse = space.claimed + files.heldBytes() - files.evictableBytes();
      if (bytes < inUse) {
        throw fail('cache_full', {
          message: `${sizeInWords(inUse)} is in use or kept offline, so the limit cannot be below that now.`,
          next: 'Set it again when less is in use.',
        });
      }
      space.limit = bytes;
      await space.fit();
      space.changed();
      return status();
    },
    async dropChanged({ canonical }, remote) {
      const entry = files.entryOf(canonical);
      if (entry && (remote.etag === null || entry.etag !== remote.etag)) await files.drop(canonical);
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      flights.abortAll();
      await flights.settled();
      await files.settled();
      const evictions = evictionsBefore + files.evictions;
      try {
        await memory?.set(countersKey, `${counters.hits} ${counters.misses} ${evictions}`);
      } catch (thrown) {
        if (errorOf(thrown).cause === 'internal') throw thrown; // a catalog that is read-only may refuse; only counters are lost
      }
    },
  };
}
