/** One stretch of bytes on its way here: asked for in turn, tried again where it broke, held back where nobody wants more yet. */
import { Failure, fail, isTransient } from '../../src-shared/model/error.ts';
import type { Cost } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { RetryPolicy, Sleep } from '../stores/retry.ts';
import type { ReadAnswer, Store } from '../stores/store.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { Priority } from './bytes.ts';
import { sizeInWords } from './disk.ts';
import { cancelled, type Ticket, type TransferQueue } from './transfer-queue.ts';
import type { TransferNote } from './transfers.ts';
import { changedWhileRead } from './validator.ts';

/** What requests need of the room. */
export interface RequestGround {
  readonly queue: TransferQueue;
  readonly bandwidth: Bandwidth;
  readonly policy: RetryPolicy;
  readonly sleep: Sleep;
}

/** What a request sees of the holding that its bytes are for. */
export interface RequestTarget {
  readonly reference: Reference;
  readonly host: string;
  readonly store: Store;
  /** Of the object, as it is known now. */
  readonly size: number | null;
  /** What the object must still be, by If-Match. */
  readonly etag: string | null;
  /** Whether a broken answer can go on where it ended. */
  readonly canResume: boolean;
  /** Takes what an answer says, and makes room. False where the answer begins too early to be of use. Throws `input_failed`, `too_large`, `cache_full`. */
  answered(request: ByteRequest, answer: ReadAnswer): Promise<boolean>;
  /** Takes bytes that came. */
  put(request: ByteRequest, start: number, bytes: Uint8Array): Promise<void>;
  /** The body ended before the end that was asked for, and the size was not known. */
  endsAt(position: number): void;
  /** Another object lies there now: the holding begins anew, or throws where it did so often. */
  changed(failure: Failure): Promise<void>;
  /** All that came is worth nothing; the request begins at 0 again. */
  beginsAnew(request: ByteRequest): Promise<void>;
}

interface Waiter {
  readonly until: number;
  resolve(): void;
  reject(thrown: unknown): void;
}

/** A request under way. */
export interface ByteRequest {
  /** What was asked for; infinity is the end of the object. It may shrink. */
  end: number;
  /** The next byte that it brings. */
  position: number;
  readonly isWhole: boolean;
  readonly isOver: boolean;
  /** Resolves when all before `until` came, or when the request has ended. Rejects with what it failed with, or `cancelled`. */
  whenAt(until: number, signal: AbortSignal): Promise<void>;
  /** True where somebody waits for it. */
  readonly isWanted: boolean;
  raise(priority: Priority): void;
  abort(): void;
  /** Resolves when it has ended, however. */
  readonly done: Promise<void>;
}

/** Who asked, and who pays. */
export interface RequestOptions {
  readonly start: number;
  readonly end: number;
  readonly priority: Priority;
  /** The whole file is brought: its body may be asked for without a range, and what is wrong with its length is an error. */
  readonly isWhole: boolean;
  readonly cost: { -readonly [K in keyof Cost]: Cost[K] };
  readonly note: TransferNote;
}

/** So long a transfer waits for room before it gives its place away, in milliseconds. */
const patienceMs = 50;

/** What is said of a length that is not what was promised. */
export function brokenLength(host: string, got: number, wanted: number): Failure {
  return fail('server_error', {
    message: `${host} sent ${sizeInWords(got)} of ${sizeInWords(wanted)} and ended.`,
    next: 'Try again; if it stays, the file is cut off there.',
  });
}

/** Begins to ask at once. */
export function beginRequest(ground: RequestGround, target: RequestTarget, options: RequestOptions): ByteRequest {
  const { queue, bandwidth, policy, sleep } = ground;
  const { host, store } = target;
  const { cost, note } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const waiters = new Set<Waiter>();
  let wake: (() => void) | null = null;
  let isOver = false;
  let ticket: Ticket | null = null;
  let { priority } = options;
  let done: Promise<void> = Promise.resolve();

  const request: ByteRequest = {
    end: options.end,
    position: options.start,
    isWhole: options.isWhole,
    get isOver() {
      return isOver;
    },
    get isWanted() {
      return waiters.size > 0;
    },
    async whenAt(until, asker) {
      if (isOver || request.position >= until) return;
      if (asker.aborted) throw cancelled();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const waiter: Waiter = { until, resolve, reject };
      const leave = () => {
        waiters.delete(waiter);
        reject(cancelled());
        if (waiters.size === 0) controller.abort();
      };
      waiters.add(waiter);
      wake?.();
      asker.addEventListener('abort', leave, { once: true });
      try {
        await promise;
      } finally {
        waiters.delete(waiter);
        asker.removeEventListener('abort', leave);
      }
    },
    raise(to) {
      if (ticket) ticket.raise(to);
      priority = to;
      note.raise(to);
    },
    abort: () => controller.abort(),
    get done() {
      return done;
    },
  };

  function progressed(): void {
    for (const waiter of waiters) if (request.position >= Math.min(waiter.until, request.end)) waiter.resolve();
  }

  /** How far the body may be read: what was asked for, or for an answer without an end as far as somebody waits. */
  function goal(): number {
    return Math.max(options.end, ...[...waiters].map((waiter) => waiter.until));
  }

  async function whenWanted(stop: AbortSignal): Promise<void> {
    while (request.position >= goal() && !stop.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      stop.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      wake = null;
    }
  }

  /**
   * Nobody wants more of an answer that goes on to the end of the object. Its place goes to others at once, and the answer stays open for as
   * long as the server lets it: a connection on which nothing moves costs less than all bytes before this one once more.
   */
  async function pause(stop: AbortSignal): Promise<void> {
    ticket?.release();
    note.state('waiting');
    await whenWanted(stop);
    await takePlace();
  }

  /**
   * Waits for what may need room. It is mostly there at once; where it is not, the place goes to others: the transfers whose end would make
   * room may be waiting for one.
   */
  async function aside<T>(work: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<false>();
    const timer = setTimeout(() => late.resolve(false), patienceMs);
    const isDone = await Promise.race([work.then(() => true), late.promise]).finally(() => clearTimeout(timer));
    if (isDone) return await work;
    ticket?.release();
    note.state('waiting');
    const value = await work;
    await takePlace();
    return value;
  }

  async function takePlace(): Promise<void> {
    ticket = queue.enter(host, priority, signal);
    note.state('waiting');
    await ticket.ready;
    note.state('running');
  }

  /** `askedEnd` is where the answer ends by itself; false where more is wanted by then than was asked for. */
  async function readBody(answer: ReadAnswer, askedEnd: number, stop: AbortSignal): Promise<boolean> {
    let at = answer.start;
    for await (const whole of answer.body) {
      cost.bytes += whole.length;
      note.moved(whole.length);
      await bandwidth.take(whole.length, stop);
      if (stop.aborted) throw cancelled();
      const { size } = target;
      if (size !== null && request.isWhole && at + whole.length > size) throw brokenLength(host, at + whole.length, size);
      // An end that came nearer since, or a server that sends more than it was asked for.
      const chunk = whole.subarray(0, Math.max(0, Math.min(whole.length, request.end - at)));
      // The room of a whole file of known size was claimed when it was answered.
      const put = () => target.put(request, at, chunk);
      if (chunk.length > 0) await (request.isWhole && size !== null ? put() : aside(put()));
      at += chunk.length;
      request.position = Math.max(request.position, at);
      progressed();
      if (chunk.length < whole.length) return true;
      if (request.end === Number.POSITIVE_INFINITY && options.end !== request.end && request.position >= goal()) await pause(stop);
    }
    const end = Math.min(request.end, target.size ?? Number.POSITIVE_INFINITY);
    if (at >= end) return true;
    if (stop.aborted) throw cancelled();
    if (at >= askedEnd) return false;
    if (target.size !== null) throw request.isWhole ? brokenLength(host, at, target.size) : endedEarly(host);
    target.endsAt(at);
    return true;
  }

  /** One try; false where another has to bring the rest. Its place is given back before anything else is done. */
  async function attempt(): Promise<boolean> {
    const stop = new AbortController();
    try {
      await takePlace();
      cost.requests += 1;
      const from = request.position;
      const to = Math.min(request.end, target.size ?? Number.POSITIVE_INFINITY);
      const isPlain = from === 0 && request.end === Number.POSITIVE_INFINITY;
      const askedEnd = request.end === Number.POSITIVE_INFINITY ? request.end : Math.max(to, from + 1);
      const answer = await store.read(target.reference, {
        range: isPlain ? null : { start: from, end: askedEnd === Number.POSITIVE_INFINITY ? null : askedEnd },
        ...(target.etag === null ? {} : { ifMatch: target.etag }),
        isOneTry: true,
        mayBeginEarlier: true,
        signal: AbortSignal.any([signal, stop.signal]),
      });
      if (answer.start > from) throw changedWhileRead();
      const isTaken = await aside(target.answered(request, answer));
      const ownEnd = answer.isWhole || answer.start < from ? Number.POSITIVE_INFINITY : askedEnd;
      const isDone = !isTaken || (await readBody(answer, ownEnd, AbortSignal.any([signal, stop.signal])));
      queue.succeeded(host);
      return isDone;
    } finally {
      stop.abort(); // a server that ignores ranges would go on
      ticket?.release();
      ticket = null;
    }
  }

  async function run(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const before = request.position;
      try {
        if (await attempt()) return;
        tries = 0;
      } catch (thrown) {
        if (signal.aborted) throw cancelled();
        if (!(thrown instanceof Failure)) throw thrown;
        if (thrown.error.cause === 'input_failed') return await target.changed(thrown);
        if (!isTransient(thrown.error.cause)) throw thrown;
        const isLonger = request.position > before;
        if (isLonger && (target.canResume || !request.isWhole)) tries = 1;
        const wait = policy(tries, thrown.error);
        if (wait === null) throw thrown;
        note.state('pausing');
        if (thrown.error.cause === 'throttled') queue.throttled(host, wait);
        await sleep(wait, signal).catch(() => undefined);
        if (signal.aborted) throw cancelled();
        if (request.isWhole && !target.canResume && request.position > 0) await target.beginsAnew(request);
      }
    }
  }

  const end = (settle: (waiter: Waiter) => void): void => {
    isOver = true;
    for (const waiter of waiters) settle(waiter);
  };
  // After a turn, so that who began it waits for it first.
  done = Promise.resolve()
    .then(run)
    .then(
      () => end((waiter) => waiter.resolve()),
      (thrown: unknown) => end((waiter) => waiter.reject(thrown)),
    );
  return request;
}

function endedEarly(host: string): Failure {
  return fail('server_error', { message: `${host} ended its answer early.`, next: 'Try again.' });
}
