/** The transfers under way: how far each is, how fast, and how long it will take; told ten times a second at most. */
import type { RestartReason, Transfer } from '../../src-shared/model/transfer.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import type { Priority } from './bytes.ts';

/** A transfer as it is kept up to date by who moves its bytes. */
export interface TransferNote {
  state(state: Transfer['state']): void;
  raise(priority: Priority): void;
  /** Of the file, in bytes, once it is known. */
  sized(size: number | null): void;
  /** What is here of it, whenever that was not brought by the transfer itself. */
  stands(bytes: number): void;
  moved(bytes: number): void;
  restarted(reason: RestartReason): void;
  end(): void;
}

export interface Transfers {
  begin(about: Pick<Transfer, 'name' | 'purpose' | 'priority' | 'size'> & { readonly canonical: CanonicalUrl }): TransferNote;
  list(): readonly Transfer[];
  onTold(listener: (transfers: readonly Transfer[]) => void): () => void;
}

/** The rate is that of the last three seconds, in steps of a quarter: shorter jumps about, longer tells the past. */
const rateMs = 3000;
const rateStepMs = 250;
const tellEveryMs = 100;

interface Running {
  transfer: Transfer;
  /** When so many bytes came, in steps. */
  readonly steps: { at: number; bytes: number }[];
  readonly since: number;
}

/** `clock` is in milliseconds; `after` calls back once, later, and does not keep the process alive. */
export function createTransfers(options: { clock: () => number; after: (ms: number, work: () => void) => void }): Transfers {
  const { clock, after } = options;
  const running = new Map<number, Running>();
  const listeners = new Set<(transfers: readonly Transfer[]) => void>();
  let lastId = 0;
  let isTold = true;
  let isWaiting = false;

  function list(): readonly Transfer[] {
    const now = clock();
    return [...running.values()].map(({ transfer, steps, since }) => {
      while (steps[0] && steps[0].at <= now - rateMs) steps.shift();
      const seconds = Math.min(rateMs, now - since) / 1000;
      const rate = seconds > 0 && steps.length > 0 ? steps.reduce((sum, step) => sum + step.bytes, 0) / seconds : null;
      const left = transfer.size === null ? null : Math.max(0, transfer.size - transfer.bytes);
      return { ...transfer, rate, secondsLeft: rate !== null && left !== null ? left / rate : null };
    });
  }

  function tell(): void {
    isTold = true;
    const told = list();
    for (const listener of listeners) listener(told);
  }

  function changed(): void {
    isTold = false;
    if (isWaiting || listeners.size === 0) return;
    isWaiting = true;
    after(tellEveryMs, () => {
      isWaiting = false;
      if (!isTold) tell();
    });
  }

  return {
    begin({ canonical, name, purpose, priority, size }) {
      lastId += 1;
      const id = lastId;
      const item: Running = {
        transfer: {
          ...{ id, canonical, name, purpose, priority, state: 'waiting', bytes: 0, size },
          ...{ rate: null, secondsLeft: null, restarted: null },
        },
        steps: [],
        since: clock(),
      };
      running.set(id, item);
      changed();
      const set = (change: Partial<Transfer>): void => {
        item.transfer = { ...item.transfer, ...change };
        changed();
      };
      return {
        state: (state) => set({ state }),
        raise: (to) => set({ priority: to }),
        sized: (to) => set({ size: to }),
        stands: (bytes) => set({ bytes }),
        moved(bytes) {
          const now = clock();
          const last = item.steps.at(-1);
          if (last && now - last.at < rateStepMs) last.bytes += bytes;
          else item.steps.push({ at: now, bytes });
          set({ bytes: item.transfer.bytes + bytes });
        },
        restarted: (reason) => set({ restarted: reason, bytes: 0 }),
        end() {
          if (!running.delete(id)) return;
          if (running.size === 0) tell();
          else changed();
        },
      };
    },
    list,
    onTold(listener) {
      listeners.add(listener);
      if (running.size > 0) changed();
      return () => listeners.delete(listener);
    },
  };
}
