/** Films and sound that the window cannot play, made into ones that it can while they are read. */
import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Bytes } from '../cache/bytes.ts';
import { cancelled } from '../cache/transfer-queue.ts';
import { demuxerOf } from './demuxers.ts';
import { type FfmpegEnd, type FfmpegInput, type FfmpegProcess, startFfmpeg } from './ffmpeg-process.ts';
import { encodersOf, type FoundFfmpeg } from './find-ffmpeg.ts';
import { openLoopbackReader } from './loopback-reader.ts';
import { proxyRecipe } from './proxy-recipe.ts';

/** Somebody waits for the next bytes and none come for so long: the file is hostile, or its server has gone silent. */
const silenceMs = 30_000;
/** Longer than any film; one that was left open ends then. */
const lifeMs = 6 * 60 * 60 * 1000;
/** Each takes a core or two. */
const mostAtATime = 2;
/** Threads of an encoder. */
const threads = 2;

export interface ProxyAsking {
  readonly facts: Pick<MediaFacts, 'kind' | 'format' | 'codec' | 'metadata' | 'hasAudio'>;
  /** Where it begins, in seconds; with a picture that is kept as it is, at the key frame before. */
  readonly at: number;
  /** Codecs that the window plays, by the names of `MediaFacts.codec`. */
  readonly plays: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** `mime` is that of the container. */
export interface MadeProxy {
  readonly mime: string;
  /** Ends ffmpeg when it is left; throws where ffmpeg failed on the way. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Proxies {
  start(reference: Reference, asking: ProxyAsking): Promise<MadeProxy>;
  /** Ends all of them; resolves when none runs. */
  close(): Promise<void>;
}

/** Said where there is no ffmpeg. */
export function withoutFfmpeg(): Failure {
  return fail('unsupported', {
    message: 'A proxy cannot be made without ffmpeg.',
    next: 'Install ffmpeg, or set FFMPEG_BIN to where it is, and start Vitrine again.',
  });
}

function notMade(what: string): Failure {
  return fail('unsupported', { message: `A proxy of this file cannot be made: ${what}.`, next: 'Open it in another program.' });
}

const endings: Readonly<Record<Exclude<FfmpegEnd, 'done' | 'stopped'>, string>> = {
  failed: 'ffmpeg does not read it',
  timeout: 'it takes too long',
  too_much: 'it takes too much memory',
};

/** A proxy under way, or about to be. */
interface Running {
  readonly canonical: string;
  readonly ending: AbortController;
  readonly ended: PromiseWithResolvers<void>;
}

/** `ffmpeg` is asked with each proxy. */
export function createProxies({ bytes, ffmpeg }: { bytes: Bytes; ffmpeg: () => Promise<FoundFfmpeg | null> }): Proxies {
  const running = new Set<Running>();
  let encoders: Promise<ReadonlySet<string>> | null = null;

  /** Ends what stands in the way of another one: that of the same file, and the oldest where there are too many. */
  async function makeWay(canonical: string): Promise<Running> {
    const others = [...running];
    const oldest = others.slice(0, Math.max(0, others.length - mostAtATime + 1));
    const leaving = others.filter((one) => one.canonical === canonical || oldest.includes(one));
    const own: Running = { canonical, ending: new AbortController(), ended: Promise.withResolvers() };
    running.add(own);
    for (const one of leaving) one.ending.abort();
    await Promise.all(leaving.map((one) => one.ended.promise));
    return own;
  }

  function leave(own: Running): void {
    running.delete(own);
    own.ended.resolve();
  }

  async function begin(own: Running, reference: Reference, { facts, at, plays, signal: asked }: ProxyAsking): Promise<MadeProxy> {
    const found = await ffmpeg();
    if (!found) throw withoutFfmpeg();
    const demuxer = demuxerOf(facts.format);
    if (demuxer === null) throw notMade(`files of the kind ${facts.format} are not handed to ffmpeg`);
    encoders ??= encodersOf(found);
    const recipe = proxyRecipe({ facts, plays, encoders: await encoders });
    if (!recipe) throw notMade('this ffmpeg makes nothing that can be played here');
    const signal = AbortSignal.any([asked, own.ending.signal]);
    const place = await openPlace(bytes, reference, signal);
    const made = startFfmpeg({
      ffmpeg: found.path,
      input: place.input,
      demuxer,
      before: ['-threads', String(threads), ...(at > 0 ? ['-ss', at.toFixed(3)] : [])],
      output: [...recipe.output, '-threads', String(threads)],
      secondsLimit: lifeMs / 1000,
    });
    made.stdin.end();
    const life = setTimeout(() => made.stop('timeout'), lifeMs);
    const stop = () => made.stop('stopped');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    void made.whenEnded.then(async () => {
      clearTimeout(life);
      signal.removeEventListener('abort', stop);
      await place.close();
      leave(own);
    });
    const pieces = piecesOf(made);
    async function failureOf(): Promise<Failure | null> {
      const end = await made.whenEnded;
      if (end === 'done') return null;
      return end === 'stopped' ? cancelled() : (place.failure() ?? notMade(endings[end]));
    }
    const first = await pieces.next();
    if (first.value === undefined) throw (await failureOf()) ?? notMade('it holds nothing to play');
    const front = first.value;
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        yield front;
        yield* pieces;
        const failure = await failureOf();
        if (failure) throw failure;
      } finally {
        stop();
      }
    }
    return { mime: recipe.mime, body: body() };
  }

  return {
    async start(reference, asking) {
      const own = await makeWay(reference.canonical);
      try {
        return await begin(own, reference, asking);
      } catch (thrown) {
        own.ending.abort();
        leave(own);
        throw thrown;
      }
    },
    async close() {
      const all = [...running];
      for (const one of all) one.ending.abort();
      await Promise.all(all.map((one) => one.ended.promise));
    },
  };
}

/** What comes out, as it is asked for: one who does not read holds ffmpeg back, and a silence while somebody waits ends it. */
async function* piecesOf({ stdout, stop }: FfmpegProcess): AsyncGenerator<Uint8Array, undefined> {
  const iterator: AsyncIterator<Buffer> = stdout[Symbol.asyncIterator]();
  for (;;) {
    const silence = setTimeout(() => stop('timeout'), silenceMs);
    try {
      const next = await iterator.next().catch(() => null); // it was ended, and how is told by the process
      if (!next || next.done) return undefined;
      clearTimeout(silence);
      yield next.value;
    } finally {
      clearTimeout(silence);
    }
  }
}

interface Place {
  readonly input: FfmpegInput;
  /** Why a read failed, or null. */
  failure(): Failure | null;
  close(): Promise<void>;
}

/** The file where it is on this disk, else our reader on loopback: ffmpeg never sees a remote address. */
async function openPlace(bytes: Bytes, reference: Reference, signal: AbortSignal): Promise<Place> {
  if (bytes.heldOf(reference) !== 'none') {
    const file = await bytes.fetch(reference, { signal, priority: 'visible', isExplicit: false });
    return { input: { kind: 'file', path: file.path }, failure: () => null, close: async () => file.release() };
  }
  const { url, origin, failure, close } = await openLoopbackReader(bytes, reference);
  return { input: { kind: 'loopback', url, origin }, failure, close };
}
