/**
 * One object's bytes, under probe, thumbnail, player and download alike: it knows what is here, lets those who ask for bytes on their way
 * wait for them, and asks for the rest in few requests. When all is here it is the whole file.
 */
import type { Cost, RemoteFacts } from '../../src-shared/model/media.ts';
import type { RestartReason } from '../../src-shared/model/transfer.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { ReadAnswer, Store } from '../stores/store.ts';
import { type ByteRequest, beginRequest, type RequestGround, type RequestTarget } from './byte-request.ts';
import type { Priority } from './bytes.ts';
import type { FileCache, HeldFile, HeldPart } from './file-cache.ts';
import { type HoldingStore, openHoldingStore } from './holding-store.ts';
import { gapStartBefore, holds, nextFrom, type Ranges, reachOf } from './range-set.ts';
import type { SpanMemories } from './span-memory.ts';
import { cancelled } from './transfer-queue.ts';
import type { TransferNote, Transfers } from './transfers.ts';
import { canJoin, changedWhileRead, isOtherObject, strongEtag } from './validator.ts';
import { looksLikeWebPage, webPageFailure } from './web-page.ts';

/** Bytes are asked for in pieces of this size, so that two who read nearly the same do not ask for crumbs. */
export const pieceBytes = 4096;
/** Who waits for bytes that a running request brings later than so many bytes does not wait, but asks for them apart. */
const nearBytes = 1024 * 1024;
/** Room is claimed in steps of so many bytes where no end is known, or of less where the limit is small. */
const largestStep = 1024 * 1024;
/** So often a transfer begins anew because the object changed. */
const mostChanges = 2;

/** What holdings need of the room. */
export interface HoldingGround extends RequestGround {
  readonly files: FileCache;
  readonly memories: SpanMemories;
  readonly transfers: Transfers;
  /** Above so many bytes what is looked at takes only free room. */
  readonly streamAbove: () => number;
}

/** Who reads: it pays for what it asks, and is told when the object it has read of is another one. */
export interface Asker {
  readonly signal: AbortSignal;
  priority: Priority;
  readonly cost: { -readonly [K in keyof Cost]: Cost[K] };
  /** The state of the object whose bytes it has read, or null. */
  epoch: number | null;
}

export interface Holding {
  readonly reference: Reference;
  readonly host: string;
  readonly store: Store;
  readonly ranges: Ranges;
  readonly size: number | null;
  readonly facts: RemoteFacts | null;
  readonly isOnDisk: boolean;
  /** Rises when what was read before is of another object. */
  readonly epoch: number;
  /** From now on it is asked for by this address: another one of the same object, whose signature may last longer. */
  use(reference: Reference): void;
  /** What runs goes before others of lower rank. */
  raise(priority: Priority): void;
  /** Stops what runs. */
  stop(): void;
  /** Remembers what a HEAD said. */
  learn(facts: RemoteFacts): void;
  /** Somebody reads whose bytes are kept on the disk. */
  keepOnDisk(): Promise<void>;
  /**
   * Resolves when `start` to `end`, or to the end of the object, are here. A request asks for at least `least` bytes. Throws the store's
   * causes, and `input_failed` where the asker has read of a former state.
   */
  ensure(asker: Asker, start: number, end: number, least: number): Promise<void>;
  /** Bytes that are here. */
  read(start: number, end: number): Promise<Uint8Array>;
  pin(start: number, end: number): () => void;
  /** Brings all of it. `checkSize` is told the size, or what came so far, and throws where that is too much. */
  whole(asker: Asker, note: TransferNote, checkSize: (bytes: number) => void): Promise<{ file: HeldFile; restarted: RestartReason | null }>;
  /** Stops what runs and gives the part back. */
  close(): Promise<void>;
  /** The object is another one: what is here goes. */
  forget(): Promise<void>;
}

/** `part` is one of an earlier time, if there is one. */
export async function openHolding(
  ground: HoldingGround,
  about: { reference: Reference; host: string; store: Store; name: string; part: HeldPart | null },
): Promise<Holding> {
  const { files, memories, transfers } = ground;
  const { host, store: upstream, name } = about;
  let { reference } = about;
  const requests = new Set<ByteRequest>();
  let epoch = 0;
  let changes = 0;
  let facts: RemoteFacts | null = null;
  /** What was known before the transfer began anew. */
  let formerFacts: RemoteFacts | null = null;
  let size: number | null = null;
  /** Answers whose bytes are here; null where some are of an earlier time. */
  let answers = 0;
  let takesRanges: boolean | null = null;
  let isForDisk = false;
  let isClosed = false;
  let lastRestart: RestartReason | null = null;
  let admitting: Promise<HeldFile> | null = null;
  let checkWhole: ((bytes: number) => void) | null = null;
  let reservedEnd = 0;

  let part = about.part;
  if (part && !canJoin(reference, part.entry.etag)) {
    // Nothing proves that what comes now belongs to what came then.
    await part.discard();
    part = null;
    lastRestart = 'not_resumable';
  }
  const freshStore = (held: HeldPart | null) => openHoldingStore({ reference, files, memory: memories.create(), part: held });
  let store: HoldingStore = await freshStore(part);
  if (part && store.ranges.length > 0) {
    const { etag, modified, type, md5 } = part.entry;
    size = part.entry.size;
    facts = { size, etag, modified, type, storageClass: null, ...(md5 === null ? {} : { md5 }) };
    isForDisk = true;
    answers = 1;
  }

  const step = () => Math.max(files.block, Math.min(largestStep, Math.floor(files.space.limit / 64)));
  const mayEvict = () => size === null || size <= ground.streamAbove();
  const joinable = () => canJoin(reference, facts?.etag ?? null);
  /** One answer that goes on to the end needs no validator to be joined. */
  const isOneAnswer = () => takesRanges === false && answers === 1;
  const known = (): RemoteFacts => ({
    ...(facts ?? { type: null, etag: null, modified: null, storageClass: null }),
    size,
  });

  async function renewStore(): Promise<void> {
    const former = store;
    formerFacts = facts;
    facts = null;
    size = null;
    answers = 0;
    reservedEnd = 0;
    store = await freshStore(null);
    await former.discard();
  }

  const target: RequestTarget = {
    get reference() {
      return reference;
    },
    host,
    store: upstream,
    get size() {
      return size;
    },
    get etag() {
      return answers > 0 ? strongEtag(facts?.etag ?? null) : null;
    },
    get canResume() {
      return joinable();
    },
    async answered(request, answer) {
      if (facts && answers > 0 && isOtherObject(known(), { ...answer.remote, size: answer.size })) throw changedWhileRead();
      if (formerFacts && isOtherObject(formerFacts, { ...answer.remote, size: answer.size })) epoch += 1;
      formerFacts = null;
      const isAskedInPart = request.position > 0 || request.end < Number.POSITIVE_INFINITY;
      if (answer.isWhole === true && isAskedInPart) takesRanges = false;
      if (answer.start < request.position) {
        takesRanges = false;
        const other = [...requests].find((one) => one !== request && !one.isOver && one.position <= request.position);
        if (other) {
          other.end = Number.POSITIVE_INFINITY;
          return false;
        }
        request.position = answer.start;
      } else if (request.position > 0) takesRanges ??= true;
      // Ended where it was asked to end, it would have to begin at 0 for who wants more.
      if (takesRanges === false) request.end = Number.POSITIVE_INFINITY;
      learn(answer);
      answers += 1;
      if (request.isWhole) await makeRoom(size ?? request.position);
      else if (isForDisk)
        await store.prepare(
          known(),
          request.position,
          Math.min(request.end, size ?? request.end, request.position + 8 * step()),
          mayEvict(),
        );
      return true;
    },
    async put(request, start, bytes) {
      const end = start + bytes.length;
      if (start === 0 && !expectsPage(reference) && looksLikeWebPage(bytes)) throw webPageFailure();
      if (request.isWhole) {
        if (size === null) checkWhole?.(end);
        if (end > reservedEnd) await makeRoom(Math.ceil(end / step()) * step());
      } else if (isForDisk && !holds(store.ranges, start, end)) {
        await store.prepare(known(), start, Math.min(Math.max(end, start + step()), size ?? Number.POSITIVE_INFINITY), mayEvict());
      }
      await store.put(start, bytes);
    },
    endsAt(position) {
      size = position;
    },
    async changed(failure) {
      changes += 1;
      epoch += 1;
      lastRestart = 'changed';
      for (const request of requests) request.abort();
      await renewStore();
      formerFacts = null;
      if (changes > mostChanges) throw failure;
    },
    async beginsAnew(request) {
      lastRestart = 'not_resumable';
      await renewStore();
      request.position = 0;
      request.end = Number.POSITIVE_INFINITY;
    },
  };

  /** For the whole file: all of it where the size is known, else a step. */
  async function makeRoom(end: number): Promise<void> {
    checkWhole?.(size ?? end);
    if (end <= reservedEnd) return;
    await store.reserve(known(), end);
    reservedEnd = end;
  }

  function learn(answer: ReadAnswer): void {
    facts ??= answer.remote;
    if (answer.remote.md5 !== undefined && facts.md5 === undefined) facts = { ...facts, md5: answer.remote.md5 };
    size ??= answer.size;
  }

  function begin(asker: Asker, start: number, end: number, isWhole: boolean, whole: TransferNote | null): ByteRequest {
    const note =
      whole ?? transfers.begin({ canonical: reference.canonical, name, purpose: 'ranges', priority: asker.priority, size: end - start });
    const request = beginRequest(ground, target, { start, end, priority: asker.priority, isWhole, cost: asker.cost, note });
    requests.add(request);
    void request.done.then(() => {
      requests.delete(request);
      if (whole === null) note.end();
      if (requests.size === 0) store.rest();
      void becomeWhole();
    });
    return request;
  }

  /** The request under way that brings `at` soon, or the first that does at all where the server knows no ranges. */
  function bringing(at: number): ByteRequest | null {
    for (const request of requests) {
      if (request.isOver || request.position > at || at >= request.end) continue;
      if (takesRanges === false || at - request.position <= nearBytes) return request;
    }
    return null;
  }

  /** Makes a request that would come here much later end here, so that nothing comes twice. */
  function endOthersAt(at: number): void {
    for (const request of requests) if (request.position <= at && at < request.end) request.end = at;
  }

  function nextUnderWay(at: number): number {
    return Math.min(
      Number.POSITIVE_INFINITY,
      ...[...requests].filter((one) => !one.isOver && one.position > at).map((one) => one.position),
    );
  }

  function checkEpoch(asker: Asker): void {
    if (isClosed) throw cancelled();
    if (asker.epoch !== null && asker.epoch !== epoch) throw changedWhileRead();
  }

  async function ensure(asker: Asker, start: number, end: number, least: number): Promise<void> {
    for (;;) {
      if (asker.signal.aborted) throw cancelled();
      checkEpoch(asker);
      const limit = Math.min(end, size ?? Number.POSITIVE_INFINITY);
      const at = reachOf(store.ranges, start);
      if (start >= limit || at >= limit) return;
      let request = bringing(at);
      if (request === null) {
        const ended = Math.max(0, ...[...requests].map((one) => (one.end <= at ? one.end : 0)));
        const from = Math.max(ended, gapStartBefore(store.ranges, at, Math.floor(at / pieceBytes) * pieceBytes));
        const wanted = Math.ceil(Math.max(limit, from + least) / pieceBytes) * pieceBytes;
        const to = Math.min(wanted, nextFrom(store.ranges, at), nextUnderWay(at), size ?? Number.POSITIVE_INFINITY);
        endOthersAt(from);
        request = begin(asker, from, to, false, null);
      } else if (asker.priority === 'visible') request.raise('visible');
      await waitFor(request, Math.min(limit, request.end), asker.signal);
    }
  }

  /** Waits, unless the request was stopped because all begins anew: then who asked looks again. */
  async function waitFor(request: ByteRequest, until: number, signal: AbortSignal): Promise<void> {
    const before = epoch;
    try {
      await request.whenAt(until, signal);
    } catch (thrown) {
      if (signal.aborted || isClosed || epoch === before) throw thrown;
    }
  }

  async function admit(): Promise<HeldFile> {
    const bytes = size ?? 0;
    await store.reserve(known(), bytes);
    const head = bytes > 0 ? await store.read(0, Math.min(bytes, 512)) : new Uint8Array(0);
    if (!expectsPage(reference) && looksLikeWebPage(head)) {
      await renewStore();
      throw webPageFailure();
    }
    return await store.admit({ ...known(), size: bytes });
  }

  /** What was looked at from end to end is a whole file without being asked for. */
  async function becomeWhole(): Promise<void> {
    if (isClosed || admitting || checkWhole || requests.size > 0 || size === null || !store.isOnDisk || store.isWhole) return;
    if (!holds(store.ranges, 0, size) || !(joinable() || answers === 1)) return;
    admitting = admit();
    try {
      (await admitting).release();
    } catch {
      // It stays a part.
    } finally {
      admitting = null;
    }
  }

  return {
    ...{ host, store: upstream },
    get reference() {
      return reference;
    },
    get ranges() {
      return store.ranges;
    },
    get size() {
      return size;
    },
    get facts() {
      return facts ? known() : null;
    },
    get isOnDisk() {
      return store.isOnDisk;
    },
    get epoch() {
      return epoch;
    },
    use(to) {
      reference = to;
    },
    raise(priority) {
      for (const request of requests) request.raise(priority);
    },
    stop() {
      for (const request of requests) request.abort();
    },
    learn(told) {
      facts ??= told;
      size ??= told.size;
    },
    async keepOnDisk() {
      if (isForDisk) return;
      isForDisk = true;
      if (facts) for (const [start, end] of store.ranges) await store.prepare(known(), start, end, mayEvict());
      await becomeWhole();
    },
    ensure,
    read: (start, end) => store.read(start, end),
    pin: (start, end) => store.pin(start, end),
    async whole(asker, note, checkSize) {
      let restarted = lastRestart;
      checkWhole = checkSize;
      isForDisk = true;
      try {
        for (;;) {
          if (asker.signal.aborted || isClosed) throw cancelled();
          restarted = lastRestart ?? restarted;
          if (restarted) note.restarted(restarted);
          lastRestart = null;
          const before = await admitting?.catch(() => null);
          before?.release();
          const already = files.lease(reference.canonical);
          if (already) return { file: already, restarted };
          if (size !== null) checkSize(size);
          note.sized(size);
          const at = reachOf(store.ranges, 0);
          note.stands(at);
          if (size !== null && at >= size && (joinable() || answers === 1)) {
            admitting = admit();
            return { file: await admitting, restarted: lastRestart ?? restarted };
          }
          const running =
            [...requests].find((one) => !one.isOver && one.isWhole && one.position < one.end) ??
            (joinable() || isOneAnswer() ? bringing(at) : null);
          if (running === null && answers > 0 && !joinable()) await renewStore();
          const from = reachOf(store.ranges, 0);
          const request = running ?? begin(asker, from, Math.min(nextFrom(store.ranges, from), nextUnderWay(from)), true, note);
          await waitFor(request, request.end, asker.signal);
          if (lastRestart) note.restarted(lastRestart);
        }
      } finally {
        checkWhole = null;
        admitting = null;
        store.rest();
      }
    },
    async close() {
      isClosed = true;
      // At once: who waits for room may take the file that was just brought.
      store.letGo();
      for (const request of requests) request.abort();
      await Promise.all([...requests].map((request) => request.done));
      await admitting?.catch(() => undefined);
      // What could not go on is of no use to the next one.
      if (joinable()) await store.close();
      else await store.discard();
    },
    async forget() {
      epoch += 1;
      for (const request of requests) request.abort();
      await renewStore();
      formerFacts = null;
    },
  };
}

/** True where a page is what the address asks for. */
function expectsPage(reference: Reference): boolean {
  return /\.x?html?$/i.test(reference.canonical);
}
