/** Bytes on purpose: fetch, probe, ask, and the cache. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Fetched, Probed } from '../../src-shared/contract/files.ts';
import { Failure, fail, outcomeOf } from '../../src-shared/model/error.ts';
import { levels, type RemoteFacts } from '../../src-shared/model/media.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { Library } from '../library.ts';
import { inParallel } from './in-parallel.ts';
import { look } from './look.ts';
import { readReference } from './read-reference.ts';

/** A poster is a frame of a film as the window shows it; more is not one. */
const longestPoster = 4 * 1024 * 1024;

function posterBytes(base64: string): Uint8Array {
  if (base64.length > Math.ceil(longestPoster / 3) * 4) {
    throw fail('invalid_input', { message: 'A poster may have 4 MB at most.', next: 'Draw it smaller.' });
  }
  const bytes = Buffer.from(base64, 'base64');
  const isPicture = (bytes[0] === 0xff && bytes[1] === 0xd8) || bytes.toString('latin1', 1, 4) === 'PNG';
  if (!isPicture) throw fail('invalid_input', { message: 'A poster must be a JPEG or a PNG in base64.', next: 'Send another.' });
  return bytes;
}

/** Handlers of `files.…`. */
export function fileHandlers(library: Library): HandlersOf<'files'> {
  const { bytes, media, jobs, catalog, stores, settings, health } = library;

  async function fetchOne(asked: string, cwd: string | undefined, signal: AbortSignal): Promise<Fetched> {
    const outcome = await outcomeOf(async () => {
      const reference = readReference(library, asked, cwd);
      if (!reference.ok) throw new Failure(reference.error);
      const file = await bytes.fetch(reference.value, { signal, priority: 'asked', isExplicit: true });
      file.release();
      return file;
    });
    if (!outcome.ok) return { ok: false, asked, error: outcome.error };
    const { path, bytes: size, restarted } = outcome.value;
    return { ok: true, asked, path, bytes: size, ...(restarted === null ? {} : { restarted }) };
  }

  async function probeOne(asked: string, cwd: string | undefined, signal: AbortSignal): Promise<Probed> {
    const outcome = await outcomeOf(() => {
      const reference = readReference(library, asked, cwd);
      if (!reference.ok) throw new Failure(reference.error);
      return media.probe(reference.value, { signal, priority: 'asked' });
    });
    return outcome.ok ? { ok: true, asked, ...outcome.value } : { ok: false, asked, error: outcome.error };
  }

  /** A reference with what is known of its file. Throws `unknown_name`. */
  async function stored(referenceId: number) {
    const [found] = await catalog.references.get([referenceId]);
    if (!found) throw fail('unknown_name', { message: `There is no reference ${referenceId}.`, next: 'Its row may have been removed.' });
    const [known] = await catalog.references.factsOf([referenceId]);
    return {
      reference: storedReference(found),
      known: known?.remote ?? null,
      knownFacts: known?.facts ?? null,
      knownError: known?.error ?? null,
    };
  }

  return {
    fetch: async ({ urls, cwd, jobs: atATime }, { signal, report }) =>
      jobs.run(
        { kind: 'fetch', title: `Fetch ${urls.length === 1 ? '1 file' : `${urls.length} files`}`, tableId: null, signal },
        async (job) => {
          job.advance({ total: urls.length });
          const files = await inParallel(urls, atATime ?? settings.current().network.concurrency, async (url) => {
            const fetched = await fetchOne(url, cwd, job.signal);
            job.advance(fetched.ok ? { done: 1, cost: { requests: 0, bytes: fetched.bytes } } : { failed: 1 });
            report(fetched);
            return fetched;
          });
          const evictedAgain = files.flatMap((fetched) => {
            if (!fetched.ok) return [];
            const reference = readReference(library, fetched.asked, cwd);
            return reference.ok && bytes.heldOf(reference.value) === 'none' ? [fetched.asked] : [];
          });
          return { files, evictedAgain };
        },
      ),
    probe: ({ urls, cwd }, { signal }) => inParallel(urls, settings.current().network.concurrency, (url) => probeOne(url, cwd, signal)),
    ask: async ({ referenceId, level }, { signal }) => {
      const { reference, known: former, knownFacts } = await stored(referenceId);
      media.forgetFailures(reference);
      // Another file than the one that cells were computed from: the user decides, and what is known stays whole until then.
      const isOther = async (remote: RemoteFacts) => knownFacts !== null && (await health.met(reference.canonical, former, remote));
      const needsHeader = levels.indexOf(level) >= levels.indexOf('header');
      const askedAt = new Date().toISOString();
      if (needsHeader) {
        const probe = await outcomeOf(() => media.probe(reference, { signal, priority: 'visible' }));
        if (probe.ok) {
          const { remote, facts } = probe.value;
          if (!(await isOther(remote))) await catalog.references.putFacts([{ referenceId, remote, facts, error: null, askedAt }]);
          return { remote, facts };
        }
        // The bytes of an archived file are away; what its HEAD says of the way back is the answer.
        if (probe.error.cause !== 'archived') throw new Failure(probe.error);
        const remote = await stores.storeOf(reference).stat(reference, signal);
        await catalog.references.putFacts([{ referenceId, remote, facts: null, error: probe.error, askedAt }]);
        return { remote, facts: null };
      }
      const remote = await stores.storeOf(reference).stat(reference, signal);
      if (await isOther(remote)) return { remote, facts: null };
      const facts = former?.etag === remote.etag ? knownFacts : null;
      await catalog.references.putFacts([{ referenceId, remote, facts, error: null, askedAt }]);
      return { remote, facts };
    },
    look: ({ referenceId, asked = false }, { signal }) => look(library, referenceId, { isAsked: asked, signal }),
    thumbnailError: async ({ referenceId, edge }) => {
      const { reference } = await stored(referenceId);
      const failure = media.thumbnailFailure(reference, edge);
      return { error: failure?.error ?? null, drawHere: failure?.drawHere ?? null };
    },
    putPoster: async ({ referenceId, picture }, { signal }) => {
      const { reference, known } = await stored(referenceId);
      await media.putPoster(reference, posterBytes(picture), { known, signal, priority: 'visible' });
      return {};
    },
    peaks: async ({ referenceId, asked = false }, { signal }) => {
      const { reference, known, knownError } = await stored(referenceId);
      return await media.peaks(reference, { known, knownError, isAsked: asked, signal, priority: 'visible' });
    },
    putPeaks: async ({ referenceId, peaks }) => {
      const { reference, known } = await stored(referenceId);
      await media.putPeaks(reference, peaks, known);
      return {};
    },
  };
}
