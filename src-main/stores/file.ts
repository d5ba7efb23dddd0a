/** The store of files on this computer. Reading them costs no traffic. */

import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { fileFailure } from './file-failure.ts';
import { createListFolder, etagOf } from './folder-list.ts';
import { cancelled, changedUpstream } from './network-failure.ts';
import type { NetworkGuard } from './network-guard.ts';
import { checkedBy } from './same-object.ts';
import type { Store } from './store.ts';

const chunkBytes = 256 * 1024;

/**
 * Makes the store of `file` references. A file's ETag is made of its size, its time to the nanosecond and its inode. A range past the end gives
 * an empty body. With a `guard`, Windows' network paths (`\\host\share`) are read only from hosts the user allowed: opening one sends
 * the user's login to that host.
 */
export function createFileStore(options: { readonly guard?: NetworkGuard } = {}): Store {
  const listFolder = createListFolder(process.platform === 'win32' ? 'win32' : 'posix');
  const checkShare = (path: string): void => {
    const share = /^\\\\(?![?.]\\)([^\\]+)\\/.exec(path)?.[1] ?? /^\\\\[?.]\\UNC\\([^\\]+)\\/i.exec(path)?.[1];
    if (share !== undefined && options.guard && !options.guard.isAllowed(share, 445)) {
      throw fail('blocked_host', {
        message: `${share} is another computer, and its shares are not read unless allowed.`,
        next: `Allow it: add “${share}” to network.allowed_hosts in the settings.`,
      });
    }
  };
  const checked = (reference: Reference): string => {
    if (reference.scheme !== 'file') throw new TypeError(`The file store does not read ${reference.scheme} references.`);
    checkShare(reference.path);
    return reference.path;
  };

  return {
    async stat(reference, signal) {
      const path = checked(reference);
      if (signal.aborted) throw cancelled();
      return factsOf(await described(path), path);
    },

    async read(reference, { range, ifMatch, signal }) {
      const path = checked(reference);
      if (signal.aborted) throw cancelled();
      // Looked at first: opening a pipe would wait for its writer for ever.
      factsOf(await described(path), path);
      const handle = await open(path, 'r').catch((thrown: unknown) => {
        throw fileFailure(thrown, path);
      });
      try {
        const facts = factsOf(await handle.stat({ bigint: true }), path);
        if (signal.aborted) throw cancelled();
        if (ifMatch !== undefined && ifMatch !== facts.etag) throw changedUpstream();
        const size = facts.size ?? 0;
        const start = range?.start ?? 0;
        const end = Math.min(range?.end ?? size, size);
        return { body: bytesOf(handle, path, start, end, signal), start, size, remote: facts };
      } catch (thrown) {
        await handle.close();
        throw thrown;
      }
    },

    async check(reference, known, signal) {
      return checkedBy(known, await this.stat(reference, signal));
    },

    async list(prefix, listing) {
      if (prefix.scheme !== 'file') throw new TypeError(`The file store does not list ${prefix.scheme} prefixes.`);
      checkShare(prefix.path);
      if (listing.signal.aborted) throw cancelled();
      return listFolder(prefix, listing);
    },
  };
}

/** The bytes between two places. The handle is closed at the end, when the reader stops, or when the signal is aborted before either. */
function bytesOf(handle: FileHandle, path: string, start: number, end: number, signal: AbortSignal): AsyncIterable<Uint8Array> {
  let isOpen = true;
  const close = async () => {
    if (!isOpen) return;
    isOpen = false;
    signal.removeEventListener('abort', onAbort);
    await handle.close();
  };
  // A handle that cannot be closed is of no use to anybody, and nobody waits for this.
  const onAbort = () => void close().catch(() => {});
  signal.addEventListener('abort', onAbort);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (let position = start; position < end; ) {
        if (signal.aborted) throw cancelled();
        const buffer = new Uint8Array(Math.min(chunkBytes, end - position));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position).catch((thrown: unknown) => {
          throw signal.aborted ? cancelled() : isStale(thrown) ? changedUpstream() : fileFailure(thrown, path);
        });
        if (bytesRead === 0) throw changedUpstream();
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await close();
    }
  };
  return chunks();
}

/** A share says so of an open file that was removed or replaced on its side. */
function isStale(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ESTALE';
}

function described(path: string): Promise<BigIntStats> {
  return stat(path, { bigint: true }).catch((thrown: unknown) => {
    throw fileFailure(thrown, path);
  });
}

function factsOf(stats: BigIntStats, path: string): RemoteFacts {
  if (stats.isDirectory()) {
    throw fail('invalid_input', {
      message: `${path} is a folder, and a file is needed.`,
      next: 'Import the folder to get a row for each of its files.',
    });
  }
  if (!stats.isFile())
    throw fail('unsupported', { message: `${path} is a device or a pipe, and those are not read.`, next: 'Name a file.' });
  return {
    size: Number(stats.size),
    type: null,
    etag: etagOf(stats),
    modified: new Date(Number(stats.mtimeMs)).toISOString(),
    storageClass: null,
  };
}
