/** One or two decode helpers: each does one picture at a time, and one that crashes, hangs or grows is replaced. */
import { fail } from '../../src-shared/model/error.ts';
import { cancelled } from '../cache/transfer-queue.ts';
import { DecodeAnswer, type DecodeRequest, memoryExitCode } from './decode-message.ts';
import type { HelperProcess, StartHelper, Thumbnail } from './media.ts';

export interface HelperPool {
  /** Decodes the file at an absolute path. Throws `corrupt`, `unsupported`, `too_large`, `timeout`, `cancelled`. */
  decode(path: string, options: { edge: number; isUrgent: boolean; signal: AbortSignal }): Promise<Thumbnail>;
  close(): void;
}

interface Task {
  readonly path: string;
  readonly edge: number;
  resolve(thumbnail: Thumbnail): void;
  reject(thrown: unknown): void;
}

/** Longer than the helper's own limit of 20 s: it ends what the helper cannot. */
const killAfterMs = 30_000;
/** libvips keeps some memory; above this a helper is replaced between two pictures. */
const retireBytes = 600 * 1024 ** 2;

function refusal(cause: 'too_large' | 'timeout' | 'unsupported' | 'corrupt') {
  switch (cause) {
    case 'too_large':
      return fail('too_large', { message: 'This picture has more pixels than are decoded here.', next: 'Open it elsewhere.' });
    case 'timeout':
      return fail('too_large', { message: 'This picture takes too long to decode.', next: 'Open it elsewhere.' });
    case 'unsupported':
      return fail('unsupported', { message: 'A picture of this kind cannot be shown.', next: 'Open it elsewhere.' });
    case 'corrupt':
      return fail('corrupt', { message: 'The file is damaged: its pixels cannot be decoded.', next: 'Get the file again.' });
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
          finish((current) => current.reject(refusal('timeout')));
          helper.kill();
        }, killAfterMs);
        helper.send({ id: lastId, input: next.path, edge: next.edge } satisfies DecodeRequest);
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
        finish((current) => current.reject(refusal('corrupt')));
        retire();
      } else {
        const { outcome, rssBytes } = answer.data;
        if (rssBytes > retireBytes) retire();
        else idle.push(worker);
        finish((current) => {
          if (outcome.ok) current.resolve({ bytes: outcome.bytes, mime: outcome.mime, width: outcome.width, height: outcome.height });
          else current.reject(refusal(outcome.cause));
        });
      }
      pump();
    });
    helper.onExit((reason) => {
      finish((current) => {
        if (isClosed) current.reject(cancelled());
        else current.reject(refusal(reason === `code ${memoryExitCode}` ? 'too_large' : 'corrupt'));
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

  return {
    async decode(path, { edge, isUrgent, signal }) {
      if (signal.aborted || isClosed) throw cancelled();
      const { promise, resolve, reject } = Promise.withResolvers<Thumbnail>();
      const task: Task = { path, edge, resolve, reject };
      const queue = isUrgent ? urgent : waiting;
      queue.push(task);
      const onAbort = () => {
        const place = queue.indexOf(task);
        if (place >= 0) queue.splice(place, 1);
        reject(cancelled()); // one that is being decoded is decoded to its end: a helper does not stop in between
      };
      signal.addEventListener('abort', onAbort, { once: true });
      pump();
      try {
        return await promise;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    close() {
      isClosed = true;
      for (const task of [...urgent.splice(0), ...waiting.splice(0)]) task.reject(cancelled());
      for (const worker of workers) worker.kill();
    },
  };
}
