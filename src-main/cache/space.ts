/**
 * The cache's account of disk space. Every byte that will be written is claimed first, and a claim is granted only when the sum of
 * all files and claims stays within the limit and the disk keeps its floor: that is how the limit is true at every instant.
 */
import { type Failure, fail } from '../../src-shared/model/error.ts';
import { type DiskSpace, diskFull, freeDiskFloor, sizeInWords } from './disk.ts';

/** Room for one file that is coming in. */
export interface Claim {
  /** Bytes on disk that may be taken. */
  readonly bytes: number;
  /** Makes the claim at least this large, evicting where needed. Throws `cache_full` or `disk_full`. */
  growTo(bytes: number): Promise<void>;
  /** Says what of the claim is on the disk already, so that free disk is not counted twice. */
  wrote(bytes: number): void;
  /** Ends the claim; what it became is counted by `evictable` from now on. */
  end(): void;
}

/** The files that are there. */
export interface Holdings {
  /** Bytes on disk of all whole files. */
  heldBytes(): number;
  /** Of those, what nobody uses. */
  evictableBytes(): number;
  /** Removes the least recently used file that nobody uses; false where there is none. */
  evictOldest(): Promise<boolean>;
}

export interface Space {
  limit: number;
  claim(): Claim;
  /** Bytes of claims under way. */
  readonly claimed: number;
  /** Evicts until the limit holds; false where what is in use is more than that. */
  fit(): Promise<boolean>;
  /** To be called when a file was released or removed, so that who waits is looked at again. */
  changed(): void;
}

interface Request {
  readonly claim: ClaimState;
  readonly to: number;
  resolve(): void;
  reject(thrown: unknown): void;
}

interface ClaimState {
  bytes: number;
  written: number;
  isWaiting: boolean;
}

/**
 * Requests are served one after the other. One that does not fit waits while another transfer can still finish and so become
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

  function cacheFull(need: number): Failure {
    const free = Math.max(0, space.limit - claimed() - holdings.heldBytes() + holdings.evictableBytes());
    return fail('cache_full', {
      message: `${sizeInWords(need)} is needed; ${sizeInWords(free)} can be freed, the rest is in use or kept offline.`,
      next: 'Open the cache and raise its limit, or wait until less is in use.',
    });
  }

  /** Null when granted, else why not (yet). */
  async function tryGrant({ claim, to }: Request): Promise<Failure | null> {
    const need = to - claim.bytes;
    if (need <= 0) return null;
    if (claimed() + need + holdings.heldBytes() - holdings.evictableBytes() > space.limit) return cacheFull(to);
    while (claimed() + need + holdings.heldBytes() > space.limit) {
      if (!(await holdings.evictOldest())) return cacheFull(to);
    }
    for (;;) {
      const disk = await diskSpace();
      const unwritten = sum((other) => Math.max(0, other.bytes - other.written));
      if (disk.free - unwritten - need >= freeDiskFloor(disk)) break;
      if (!(await holdings.evictOldest())) return diskFull(to);
    }
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
        if (!claims.has(request.claim)) continue; // ended while it waited
        try {
          const failure = await tryGrant(request);
          if (failure) {
            refused.push({ request, failure });
            continue;
          }
          request.resolve();
        } catch (thrown) {
          request.reject(thrown);
        }
        request.claim.isWaiting = false;
      }
      const someoneRuns = [...claims].some((claim) => !claim.isWaiting);
      const loser = someoneRuns ? undefined : refused.shift();
      requests = [...refused.map((entry) => entry.request), ...requests];
      if (loser) {
        loser.request.claim.isWaiting = false;
        loser.request.reject(loser.failure);
      }
    } while (mustServeAgain);
    isServing = false;
  }

  const space: Space = {
    limit: options.limit,
    get claimed() {
      return claimed();
    },
    claim() {
      const state: ClaimState = { bytes: 0, written: 0, isWaiting: false };
      claims.add(state);
      return {
        get bytes() {
          return state.bytes;
        },
        async growTo(bytes) {
          if (bytes <= state.bytes) return;
          const { promise, resolve, reject } = Promise.withResolvers<void>();
          state.isWaiting = true;
          requests.push({ claim: state, to: bytes, resolve, reject });
          void serve();
          await promise;
        },
        wrote(bytes) {
          state.written = bytes;
        },
        end() {
          if (!claims.delete(state)) return;
          space.changed();
        },
      };
    },
    async fit() {
      while (claimed() + holdings.heldBytes() > space.limit) {
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
