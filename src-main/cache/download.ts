/** Brings one object into a part file: claims the room first, goes on where a connection broke, and checks the length. */
import { open, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCause, Failure, fail, isTransient } from '../../src-shared/model/error.ts';
import { placeOf } from '../../src-shared/reference/keyed-address.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Store } from '../stores/store.ts';
import { blocksFor, diskFailure, sizeInWords } from './disk.ts';
import type { Claim } from './space.ts';
import { cancelled } from './transfer-queue.ts';

export interface DownloadOptions {
  readonly reference: Reference;
  readonly store: Store;
  readonly partPath: string;
  readonly claim: Claim;
  /** Bytes of a block of the file system. */
  readonly block: number;
  /** Room is claimed in steps of this many bytes while the length is unknown. */
  readonly claimStep: number;
  /** Told the size as soon as it is known, and what has come where it is not; throws where that is too much. */
  readonly checkSize: (bytes: number) => void;
  readonly signal: AbortSignal;
}

export interface Downloaded {
  readonly bytes: number;
  readonly etag: string | null;
  readonly type: string | null;
  readonly requests: number;
  readonly received: number;
}

/** Attempts in a row that bring nothing new, the first one included. */
const fruitlessLimit = 4;

/** Waits before the attempt after `fruitless` failures in a row: at once, then 0.3 s, 0.9 s, 2.7 s, each ± 50 %. */
function pauseBefore(fruitless: number): number {
  return fruitless === 0 ? 0 : 100 * 3 ** fruitless * (0.5 + Math.random());
}

/** Only a strong ETag can say "the same bytes" (RFC 9110, 13.1.1); without one a broken transfer begins again. */
function strongEtag(etag: string | null): string | null {
  return etag !== null && !etag.startsWith('W/') ? etag : null;
}

function brokenLength(host: string, got: number, wanted: number): Failure {
  return fail('server_error', {
    message: `${host} sent ${sizeInWords(got)} of ${sizeInWords(wanted)} and ended.`,
    next: 'Try again; if it stays, the file is cut off there.',
  });
}

const goesOn: ReadonlySet<ErrorCause> = new Set(['input_failed']);

/** Throws `Failure`: what `checkSize` and the claim throw, the store's causes, `server_error` for a wrong length, `disk_full`. */
export async function download(options: DownloadOptions): Promise<Downloaded> {
  const { reference, store, partPath, claim, block, claimStep, checkSize, signal } = options;
  const host = reference.scheme === 'file' ? 'The file' : 'host' in reference ? reference.host : placeOf(reference).bucket;
  const progress = {
    position: 0,
    requests: 0,
    received: 0,
    size: null as number | null,
    etag: null as string | null,
    type: null as string | null,
  };
  // A part of an earlier attempt may be there; `w` begins it anew.
  const file = await open(partPath, 'w').catch((thrown: unknown) => {
    throw diskFailure(thrown, partPath, 0) ?? thrown;
  });

  async function restart(): Promise<void> {
    await file.truncate(0);
    progress.position = 0;
    progress.size = null;
    progress.etag = null;
    claim.wrote(0);
  }

  async function writeAll(chunk: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < chunk.length) {
      const { bytesWritten } = await file.write(chunk, offset, chunk.length - offset, progress.position);
      offset += bytesWritten;
      progress.position += bytesWritten;
    }
    claim.wrote(progress.position);
  }

  async function attempt(): Promise<void> {
    const validator = strongEtag(progress.etag);
    if (progress.position > 0 && validator === null) await restart();
    const from = progress.position;
    progress.requests += 1;
    const answer = await store.read(reference, {
      range: from > 0 ? { start: from, end: null } : null,
      ...(from > 0 && validator ? { ifMatch: validator } : {}),
      signal,
    });
    if (from > 0 && answer.start !== from) throw fail('input_failed', { message: 'The file changed while it was read.' });
    if (from === 0) {
      progress.size = answer.size;
      progress.etag = answer.remote.etag;
      progress.type = answer.remote.type;
    }
    if (progress.size !== null) {
      checkSize(progress.size);
      await claim.growTo(blocksFor(progress.size, block));
    }
    for await (const chunk of answer.body) {
      const reach = progress.position + chunk.length;
      progress.received += chunk.length;
      if (progress.size !== null && reach > progress.size) throw brokenLength(host, reach, progress.size);
      if (progress.size === null) {
        checkSize(reach);
        if (blocksFor(reach, block) > claim.bytes) await claim.growTo(blocksFor(Math.ceil(reach / claimStep) * claimStep, block));
      }
      await writeAll(chunk);
    }
    if (signal.aborted) throw cancelled();
    if (progress.size !== null && progress.position < progress.size) throw brokenLength(host, progress.position, progress.size);
  }

  try {
    for (let fruitless = 0; ; ) {
      const before = progress.position;
      try {
        await attempt();
        break;
      } catch (thrown) {
        if (signal.aborted) throw cancelled();
        if (!(thrown instanceof Failure)) throw diskFailure(thrown, partPath, claim.bytes) ?? thrown;
        const { cause } = thrown.error;
        if (!isTransient(cause) && !goesOn.has(cause)) throw thrown;
        const hasGrown = progress.position > before && strongEtag(progress.etag) !== null;
        fruitless = hasGrown ? 0 : fruitless + 1;
        if (fruitless >= fruitlessLimit) throw thrown;
        if (goesOn.has(cause)) await restart();
        await delay(pauseBefore(fruitless), undefined, { signal }).catch(() => {
          throw cancelled();
        });
      }
    }
    await file.close();
    return { bytes: progress.position, etag: progress.etag, type: progress.type, requests: progress.requests, received: progress.received };
  } catch (thrown) {
    await file.close().catch(() => undefined);
    await rm(partPath, { force: true });
    throw thrown;
  }
}
