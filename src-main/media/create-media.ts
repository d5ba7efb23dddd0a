/** Opens the media room: probes, thumbnails, peaks and renditions, each made once however many ask. */
import { Peaks } from '../../src-shared/contract/files.ts';
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { type LookingFetch, thumbnailEdges } from '../../src-shared/model/thumbnail.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Bytes } from '../cache/bytes.ts';
import { createFlights, type FlightControl } from '../cache/flight.ts';
import type { CatalogThumbnails } from '../catalog/catalog.ts';
import type { FoundFfmpeg } from './find-ffmpeg.ts';
import { createHelperPool } from './helper-pool.ts';
import { validatorOf } from './lease-to-look.ts';
import { type KnownBefore, type LookingLimit, leftAlone, lookingLimitOf, unlimited } from './looking-limit.ts';
import { makePeaks } from './make-peaks.ts';
import { makeRendition } from './make-rendition.ts';
import { makeThumbnail, type Workshop } from './make-thumbnail.ts';
import type { Media, Picture, Probe, StartHelper, ThumbnailAsking } from './media.ts';
import { type OneFrame, readOneFrame } from './one-frame.ts';
import { thumbnailQuality } from './picture-task.ts';
import { probeSource, sizeOf } from './probe.ts';
import { createProxies } from './proxies.ts';
import { createRecentFrames } from './recent-frames.ts';
import { sniffLength } from './sniff.ts';
import { createThumbnailFailures, type ThumbnailFailure } from './thumbnail-failures.ts';

export interface MediaOptions {
  readonly bytes: Bytes;
  readonly thumbnails: CatalogThumbnails;
  readonly startHelper: StartHelper;
  /** Looks for ffmpeg; called with the first film, and once. */
  readonly findFfmpeg: () => Promise<FoundFfmpeg | null>;
  /** What looking may fetch; as needed unless given. */
  readonly lookingFetches?: () => LookingFetch;
  /** True where who reads it pays; nothing is unless given. */
  readonly isPaidFor?: (reference: Reference) => boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Decode helpers at a time; 2 unless given. */
  readonly helpers?: number;
}

/** Nobody asked any more; and a file that changed while it was read is another one by now. */
const unremembered: ReadonlySet<string> = new Set(['cancelled', 'input_failed']);
/** Posters that the window draws serve tiles and the loupe. */
const posterSizes = [320, 1024] as const;

function same<T>() {
  return createFlights<T>({ shareOf: (value) => value, discard: () => undefined });
}

/** Helpers are started with the first picture, not before. */
export function createMedia(options: MediaOptions): Media {
  const { bytes, thumbnails, startHelper, findFfmpeg, now = Date.now, helpers = 2 } = options;
  const { lookingFetches = () => 'as_needed', isPaidFor = () => false } = options;
  const pool = createHelperPool({ startHelper, size: helpers });
  let foundFfmpeg: Promise<FoundFfmpeg | null> | null = null;
  const ffmpeg = () => {
    foundFfmpeg ??= findFfmpeg();
    return foundFfmpeg;
  };
  const proxies = createProxies({ bytes, ffmpeg });
  const frames = createRecentFrames();
  const workshop: Workshop = {
    bytes,
    pool,
    frames,
    ffmpeg: async () => (await ffmpeg())?.path ?? null,
  };
  const failures = createThumbnailFailures(now);
  const probes = same<Probe>();
  const pictures = same<Picture>();
  const renditions = same<Picture>();
  const posters = same<OneFrame>();
  const peaksUnderWay = same<Peaks>();
  const keeping = new Set<Promise<unknown>>();

  /** Nobody waits for the store. A full disk or a read-only library costs the next look, not this one. */
  function keep(work: Promise<void>): void {
    const kept = work
      .catch((thrown: unknown) => {
        if (!(thrown instanceof Failure)) throw thrown;
      })
      .finally(() => keeping.delete(kept));
    keeping.add(kept);
  }

  async function stored(reference: Reference, validator: string | null, edge: number): Promise<Picture | null> {
    const found = await thumbnails.get(reference.canonical, validator, edge);
    if (found?.mime !== 'image/jpeg' && found?.mime !== 'image/webp') return null;
    return { bytes: found.bytes, mime: found.mime, width: found.width, height: found.height };
  }

  function limitOf(reference: Reference, before: KnownBefore, isAsked: boolean): LookingLimit {
    return isAsked ? unlimited : lookingLimitOf({ bytes, fetches: lookingFetches, isPaidFor }, reference, before);
  }

  /** Throws what is remembered, unless the file has come here since it was too large to be fetched, or looking may fetch other things. */
  function throwRemembered(reference: Reference, edge: number, validator: string | null, limit: LookingLimit): void {
    const failure = failures.find(reference.canonical, edge, validator);
    if (!failure || (failure.error.details?.bytes !== undefined && bytes.heldOf(reference) !== 'none')) return;
    if (failure.heldBackBy !== null && failure.heldBackBy !== limit.fetch) return;
    // What the window would draw here costs bytes.
    if (limit.fetch === 'when_asked' && failure.drawHere !== null) return;
    throw new Failure(failure.error);
  }

  /** A smaller picture is better than none where the right one may not be made. */
  async function storedSmaller(reference: Reference, validator: string | null, edge: number): Promise<Picture | null> {
    for (const smaller of thumbnailEdges.toReversed()) {
      const found = smaller < edge ? await stored(reference, validator, smaller) : null;
      if (found) return found;
    }
    return null;
  }

  async function make(reference: Reference, asking: ThumbnailAsking, flight: FlightControl): Promise<Picture> {
    const { edge, known, knownError = null, isAsked = false, again = isAsked, onProbe } = asking;
    const { signal, priority } = flight;
    const { canonical } = reference;
    const isLocal = reference.scheme === 'file';
    const knownValidator = isLocal ? null : validatorOf(known);
    // A file of this computer says its state for nothing; for a remote one, looking at a thumbnail must not cost a request.
    const early = isLocal ? null : await stored(reference, knownValidator, edge);
    if (early) return early;
    const limit = limitOf(reference, { known, knownError }, isAsked);
    if (!isLocal && !again) throwRemembered(reference, edge, knownValidator, limit);
    const attempt = { validator: knownValidator, drawHere: null as ThumbnailFailure['drawHere'], limit };
    try {
      if (limit.fetch === 'when_asked') throw leftAlone(limit, known?.size ?? null);
      const source = await bytes.open(reference, { signal, priority });
      try {
        const front = await source.read(0, sniffLength);
        const remote = await source.remote();
        attempt.validator = validatorOf(remote) ?? knownValidator;
        const late = isLocal || (knownValidator !== null && attempt.validator !== knownValidator);
        const kept = late ? await stored(reference, attempt.validator, edge) : null;
        if (kept) return kept;
        if (isLocal && !again) throwRemembered(reference, edge, attempt.validator, limit);
        attempt.limit = limitOf(reference, { known: remote, knownError }, isAsked);
        const made = await makeThumbnail(workshop, {
          ...{ reference, source, front, remote, edge, limit: attempt.limit, signal, priority },
          onProbe: onProbe ?? (() => undefined),
          onDrawable(what) {
            attempt.drawHere = what;
          },
        });
        keep(thumbnails.put(canonical, attempt.validator, made.edge, made.picture));
        return made.picture;
      } finally {
        source.close();
      }
    } catch (thrown) {
      if (thrown instanceof Failure && !unremembered.has(thrown.error.cause)) {
        const drawHere = thrown.error.cause === 'unsupported' ? attempt.drawHere : null;
        const heldBackBy = thrown.error.details?.waits ? attempt.limit.fetch : null;
        failures.remember(canonical, edge, { error: thrown.error, drawHere, heldBackBy, validator: attempt.validator });
        const smaller = heldBackBy === null ? null : await storedSmaller(reference, attempt.validator, edge);
        if (smaller) return smaller;
      }
      throw thrown;
    }
  }

  async function cutFrame(reference: Reference, { signal, priority }: FlightControl): Promise<OneFrame> {
    const source = await bytes.open(reference, { signal, priority });
    try {
      const { remote, facts } = await probeSource(source);
      const frame = facts.kind === 'video' ? await readOneFrame(source, await sizeOf(source, remote), facts) : null;
      if (!frame) throw fail('unsupported', { message: 'A frame of this file cannot be cut out.', next: 'Play the file itself.' });
      frames.put(reference.canonical, frame);
      return frame;
    } finally {
      source.close();
    }
  }

  /** The state that a thing is of which the window made: what was seen when the core could not, else what is known. */
  function stateOf({ canonical }: Reference, known: RemoteFacts | null): string | null {
    for (const edge of thumbnailEdges) {
      const seen = failures.find(canonical, edge, null)?.validator ?? null;
      if (seen !== null) return seen;
    }
    return validatorOf(known);
  }

  async function keptPeaks(reference: Reference, validator: string | null): Promise<Peaks | null> {
    const json = await thumbnails.getPeaks(reference.canonical, validator);
    return json === null ? null : Peaks.parse(JSON.parse(json));
  }

  return {
    probe: (reference, { signal, priority }) =>
      probes.join(reference.canonical, {
        signal,
        priority,
        async start(flight) {
          const source = await bytes.open(reference, { signal: flight.signal, priority: flight.priority });
          try {
            return await probeSource(source);
          } finally {
            source.close();
          }
        },
      }),
    thumbnail: (reference, asking) =>
      pictures.join(`${asking.edge} ${asking.isAsked === true} ${reference.canonical}`, {
        signal: asking.signal,
        priority: asking.priority,
        start: (flight) => make(reference, asking, flight),
      }),
    thumbnailFailure: (reference, edge) => failures.find(reference.canonical, edge, null),
    forgetFailures: (reference) => failures.forget(reference.canonical),
    async posterSource(reference, { signal, priority }) {
      const recent = frames.get(reference.canonical);
      if (recent) return recent;
      return await posters.join(reference.canonical, { signal, priority, start: (flight) => cutFrame(reference, flight) });
    },
    async putPoster(reference, picture, { known, signal, priority }) {
      const task = { kind: 'picture', input: picture, orientation: null, density: null, quality: thumbnailQuality } as const;
      const made = await pool.pictures({ ...task, sizes: posterSizes }, { isUrgent: priority === 'visible', signal });
      const validator = stateOf(reference, known);
      for (const [index, edge] of posterSizes.entries()) {
        const poster = made[index];
        if (poster) keep(thumbnails.put(reference.canonical, validator, edge, poster));
      }
      failures.forget(reference.canonical);
    },
    mayFetch: (reference, before) => limitOf(reference, before, false).fetch,
    async peaks(reference, { known, knownError = null, isAsked = false, signal, priority }) {
      const kept = reference.scheme === 'file' ? null : await keptPeaks(reference, validatorOf(known));
      if (kept) return kept;
      const limit = limitOf(reference, { known, knownError }, isAsked);
      if (limit.fetch === 'when_asked') throw leftAlone(limit, known?.size ?? null);
      return await peaksUnderWay.join(`${isAsked} ${reference.canonical}`, {
        signal,
        priority,
        start: (flight) =>
          makePeaks(workshop, reference, flight, {
            limitOf: (remote) => limitOf(reference, { known: remote, knownError }, isAsked),
            kept: (validator) => keptPeaks(reference, validator),
            keep: (validator, made) => keep(thumbnails.putPeaks(reference.canonical, validator, JSON.stringify(made))),
          }),
      });
    },
    async putPeaks(reference, peaks, known) {
      await thumbnails.putPeaks(reference.canonical, stateOf(reference, known), JSON.stringify(peaks));
    },
    rendition: (reference, { signal, priority }) =>
      renditions.join(reference.canonical, { signal, priority, start: (flight) => makeRendition(workshop, reference, flight) }),
    proxy: proxies.start,
    ffmpeg,
    async close() {
      const all = [probes, pictures, renditions, posters, peaksUnderWay];
      for (const flights of all) flights.abortAll();
      pool.close();
      await proxies.close();
      await Promise.all(all.map((flights) => flights.settled()));
      await Promise.all(keeping);
    },
  };
}
