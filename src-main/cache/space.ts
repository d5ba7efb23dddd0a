/**
 * The cache's account of disk space. Every byte that will be written is claimed first, and a claim is granted only when the sum of
 * all files and claims stays within the limit and the disk keeps its floor: that is how the limit is true at every instant.
 */
import { Failure, fail } from '../../src-shared/model/error.ts';
import { type DiskSpace, diskFull, freeDiskFloor, sizeInWords } from './disk.ts';

/** Room for one file that is coming in. */
export interface Claim {
  /** Bytes on disk that may be taken. */
  readonly bytes: number;
  /** Makes the claim at least this large, evicting and waiting where needed. Throws `cache_full` or `disk_full`. */
  growTo(bytes: number): Promise<void>;
  /** The same without waiting: false where there is no room. `mayEvict` false takes free room only. */
  tryGrowTo(bytes: number, mayEvict: boolean): Promise<boolean>;
  /** Says what of the claim is on the disk already, so that free disk is not counted twice. */
  wrote(bytes: number): void;
  /** No transfer runs for it now, so nobody waits for its end; `growTo` makes it one again. */
  rest(): void;
  /** What came is counted by the files from now on; who waits for room still waits for `end`, since it may be evicted soon. */
  land(): void;
  /** Ends the claim; what it became is counted by the files from now on. */
  end(): void;
}

/** The files that are there. */
export interface Holdings {
  /** Bytes on disk of all files that no claim covers, and of the folders themselves. */
  heldBytes(): number;
  /** By how much the folders may grow before that is measured. */
  spareBytes(): number;
  /** Of the held bytes, what is neither used nor kept. */
  evictableBytes(): number;
  /** Removes the least recently used file that is neither used nor kept; false where there is none. */
  evictOldest(): Promise<boolean>;
}

export interface Space {
  limit: number;
  /** `already` bytes of it are on the disk, and were counted by the files until now. */
  claim(already?: number): Claim;
  /** Bytes of claims under way. */
  readonly claimed: number;
  /** Bytes that cannot be freed now: claims, and what is in use or kept. */
  readonly inUse: number;
  /** Evicts until the limit holds; false where what is in use is more than that. */
  fit(): Promise<boolean>;
  /** To be called when a file was released or removed, so that who waits is looked at again. */
  changed(): void;
}

interface Request {
  readonly claim: ClaimState;
  readonly to: number;
  readonly mayEvict: boolean;
  readonly mayWait: boolean;
  resolve(isGranted: boolean): void;
  reject(thrown: unknown): void;
}

interface ClaimState {
  bytes: number;
  written: number;
  /** A transfer that will end by itself, unless it waits for room. */
  isTransfer: boolean;
  isWaiting: boolean;
}

/**
 * Requests are served one after the other. One that may wait does so while another transfer can still finish and so become
 * evictable; when all that run are waiting, the first of them gives up, so that nobody waits for ever.
 */
export function createSpace(options: { limit: number; holdings: Holdings; diskSpace: () => Promise<DiskSpace> }): Space {
  const { holdings, diskSpace } = options;
  const claims = new Set<ClaimState>();
  let requests: Request[] = [];
  let isServing = false;
  let mustServeAgain = false;

  const sum = (pick: (claim: ClaimState) => number): number => [...claims].reduce((total, claim) => total + pick(claim), 0);
  const claimed = (): number => sum((claim) => claim.bytes);
  const taken = (): number => claimed() + holdings.heldBytes() + holdings.spareBytes();

  function cacheFull(need: number): Failure {
    const free = Math.max(0, space.limit - taken() + holdings.evictableBytes());
    return fail('cache_full', {
      message: `${sizeInWords(need)} is needed; ${sizeInWords(free)} can be freed, the rest is in use or kept offline.`,
      next: 'Open the cache and raise its limit, or wait until less is in use.',
    });
  }

  /** Null when granted, else why not (yet). */
  async function tryGrant(request: Request): Promise<Failure | null> {
    const { claim, to, mayEvict } = request;
    const need = to - claim.bytes;
    if (need <= 0) return null;
    const evict = async (): Promise<boolean> => mayEvict && (await holdings.evictOldest());
    if (taken() + need - holdings.evictableBytes() > space.limit) return cacheFull(to);
    while (taken() + need > space.limit) {
      if (!(await evict())) return cacheFull(to);
    }
    for (;;) {
      const disk = await diskSpace();
      const unwritten = sum((other) => Math.max(0, other.bytes - other.written));
      if (disk.free - unwritten - need >= freeDiskFloor(disk)) break;
      if (!(await evict())) return diskFull(to);
    }
    // While the disk was asked a file may have come out larger than it was counted.
    if (taken() + need > space.limit) return tryGrant(request);
    claim.bytes = to;
    return null;
  }

  async function serve(): Promise<void> {
    if (isServing) {
      mustServeAgain = true;
      return;
    }
    isServing = true;
    do {
      mustServeAgain = false;
      const refused: { request: Request; failure: Failure }[] = [];
      const turn = requests;
      requests = [];
      for (const request of turn) {
        if (!claims.has(request.claim)) {
          request.resolve(false); // ended while it waited
          continue;
        }
        try {
          const failure = await tryGrant(request);
          if (failure && request.mayWait) {
            refused.push({ request, failure });
            continue;
          }
          request.resolve(failure === null);
        } catch (thrown) {
          // A disk that cannot be asked has no room for who can do without.
          if (!request.mayWait && thrown instanceof Failure) request.resolve(false);
          else request.reject(thrown);
        }
        if (request.mayWait) request.claim.isWaiting = false;
      }
      const someoneRuns = [...claims].some((claim) => claim.isTransfer && !claim.isWaiting);
      // Nobody gives up for a refusal from before something changed.
      const loser = someoneRuns || mustServeAgain ? undefined : refused.shift();
      requests = [...refused.map((entry) => entry.request), ...requests];
      if (loser) {
        loser.request.claim.isWaiting = false;
        loser.request.reject(loser.failure);
      }
    } while (mustServeAgain);
    isServing = false;
  }

  function ask(claim: ClaimState, to: number, how: { mayEvict: boolean; mayWait: boolean }): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    requests.push({ claim, to, ...how, resolve, reject });
    void serve();
    return promise;
  }

  const space: Space = {
    limit: options.limit,
    get claimed() {
      return claimed();
    },
    get inUse() {
      return taken() - holdings.evictableBytes();
    },
    claim(already = 0) {
      const state: ClaimState = { bytes: already, written: already, isTransfer: false, isWaiting: false };
      claims.add(state);
      return {
        get bytes() {
          return state.bytes;
        },
        async growTo(bytes) {
          state.isTransfer = true;
          if (bytes <= state.bytes) return;
          state.isWaiting = true;
          await ask(state, bytes, { mayEvict: true, mayWait: true });
        },
        async tryGrowTo(bytes, mayEvict) {
          return bytes <= state.bytes || (await ask(state, bytes, { mayEvict, mayWait: false }));
        },
        wrote(bytes) {
          state.written = bytes;
        },
        land() {
          state.bytes = 0;
          state.written = 0;
        },
        rest() {
          state.isTransfer = false;
          space.changed();
        },
        end() {
          if (!claims.delete(state)) return;
          space.changed();
        },
      };
    },
    async fit() {
      while (taken() > space.limit) {
        if (!(await holdings.evictOldest())) return false;
      }
      return true;
    },
    changed() {
      if (requests.length > 0 || isServing) void serve();
    },
  };
  return space;
}
