/** One or two decode helpers: each does one task at a time, and one that crashes, hangs or grows is replaced. */
import { fail } from '../../src-shared/model/error.ts';
import { cancelled } from '../cache/transfer-queue.ts';
import {
  DecodeAnswer,
  type DecodeOutcome,
  type DecodeTask,
  type FrameTask,
  memoryExitCode,
  type PeaksTask,
  type PictureTask,
  type ToHelper,
} from './decode-message.ts';
import type { HelperProcess, Picture, StartHelper } from './media.ts';

interface RunOptions {
  readonly isUrgent: boolean;
  readonly signal: AbortSignal;
}

export interface HelperPool {
  /** Pictures in the order of the task's sizes. Throws `corrupt`, `unsupported`, `too_large`, `cancelled`. */
  pictures(task: PictureTask | FrameTask, options: RunOptions): Promise<readonly [Picture, ...Picture[]]>;
  /** Throws as `pictures` does. */
  peaks(task: PeaksTask, options: RunOptions): Promise<{ peaks: number[]; duration: number | null }>;
  close(): void;
}

type Done = Exclude<DecodeOutcome, { kind: 'failed' }>;

interface Task {
  readonly task: DecodeTask;
  resolve(outcome: Done): void;
  reject(thrown: unknown): void;
}

/** Longer than the helper's own limit of 20 s: it ends what the helper cannot. */
const killAfterMs = 30_000;
/** libvips keeps some memory; above this a helper is replaced between two pictures. */
const retireBytes = 600 * 1024 ** 2;

const nouns: Record<DecodeTask['kind'], string> = { picture: 'picture', frame: 'film', peaks: 'sound' };

function refusal(cause: 'too_large' | 'timeout' | 'unsupported' | 'corrupt', { kind }: DecodeTask) {
  switch (cause) {
    case 'too_large':
      return fail('too_large', {
        message:
          kind === 'picture' ? 'This picture has more pixels than are decoded here.' : `This ${nouns[kind]} takes too much to decode.`,
        next: 'Open it elsewhere.',
      });
    case 'timeout':
      return fail('too_large', { message: `This ${nouns[kind]} takes too long to decode.`, next: 'Open it elsewhere.' });
    case 'unsupported':
      return fail('unsupported', { message: `A ${nouns[kind]} of this kind cannot be shown.`, next: 'Open it elsewhere.' });
    case 'corrupt':
      return fail('corrupt', {
        message: `The file is damaged: its ${kind === 'picture' ? 'pixels' : nouns[kind]} cannot be decoded.`,
        next: 'Get the file again.',
      });
  }
}

/** `size` helpers at most; they are started when there is work for them. */
export function createHelperPool({ startHelper, size }: { startHelper: StartHelper; size: number }): HelperPool {
  const urgent: Task[] = [];
  const waiting: Task[] = [];
  const idle: HelperWorker[] = [];
  const workers = new Set<HelperWorker>();
  let isClosed = false;

  interface HelperWorker {
    run(task: Task): void;
    /** Nobody waits for this task any more, if it is the one under way. */
    stop(task: Task): void;
    kill(): void;
  }

  function startWorker(): HelperWorker {
    const helper: HelperProcess = startHelper();
    let task: Task | null = null;
    let timer: NodeJS.Timeout | null = null;
    let lastId = 0;
    const worker: HelperWorker = {
      run(next) {
        task = next;
        lastId += 1;
        timer = setTimeout(() => {
          finish((current) => current.reject(refusal('timeout', current.task)));
          helper.kill();
        }, killAfterMs);
        helper.send({ id: lastId, task: next.task } satisfies ToHelper);
      },
      stop(given) {
        if (task === given) helper.send({ stop: lastId } satisfies ToHelper);
      },
      kill: () => helper.kill(),
    };
    function finish(settle: (current: Task) => void): void {
      if (timer) clearTimeout(timer);
      const current = task;
      task = null;
      if (current) settle(current);
    }
    function retire(): void {
      workers.delete(worker);
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
      helper.kill();
    }
    helper.onMessage((message) => {
      const answer = DecodeAnswer.safeParse(message);
      if (!answer.success || answer.data.id !== lastId || !task) {
        finish((current) => current.reject(refusal('corrupt', current.task)));
        retire();
      } else {
        const { outcome, rssBytes } = answer.data;
        if (rssBytes > retireBytes) retire();
        else idle.push(worker);
        finish((current) => {
          if (outcome.kind === 'failed') current.reject(refusal(outcome.cause, current.task));
          else current.resolve(outcome);
        });
      }
      pump();
    });
    helper.onExit((reason) => {
      finish((current) => {
        if (isClosed) current.reject(cancelled());
        else current.reject(refusal(hasGrown(reason) ? 'too_large' : 'corrupt', current.task));
      });
      retire();
      pump();
    });
    workers.add(worker);
    return worker;
  }

  function pump(): void {
    while (!isClosed && (urgent.length > 0 || waiting.length > 0)) {
      const worker = idle.pop() ?? (workers.size < size ? startWorker() : null);
      if (!worker) return;
      const task = urgent.shift() ?? waiting.shift();
      if (task) worker.run(task);
    }
  }

  async function run(decodeTask: DecodeTask, { isUrgent, signal }: RunOptions): Promise<Done> {
    if (signal.aborted || isClosed) throw cancelled();
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    const task: Task = { task: decodeTask, resolve, reject };
    const queue = isUrgent ? urgent : waiting;
    queue.push(task);
    const onAbort = () => {
      const place = queue.indexOf(task);
      if (place >= 0) queue.splice(place, 1);
      else for (const worker of workers) worker.stop(task);
      reject(cancelled());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    pump();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  return {
    async pictures(task, options) {
      const outcome = await run(task, options);
      const [first, ...rest] = outcome.kind === 'pictures' ? outcome.pictures : [];
      if (!first || rest.length + 1 !== task.sizes.length) throw refusal('corrupt', task);
      return [first, ...rest];
    },
    async peaks(task, options) {
      const outcome = await run(task, options);
      if (outcome.kind !== 'peaks') throw refusal('corrupt', task);
      return { peaks: outcome.peaks, duration: outcome.duration };
    },
    close() {
      isClosed = true;
      for (const task of [...urgent.splice(0), ...waiting.splice(0)]) task.reject(cancelled());
      for (const worker of workers) worker.kill();
    },
  };
}

/** Plain Node and utility processes tell an exit code in words of their own. */
function hasGrown(reason: string): boolean {
  return reason === `code ${memoryExitCode}` || reason === `exit ${memoryExitCode}`;
}
