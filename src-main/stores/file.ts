/** The store of files on this computer. Reading them costs no traffic. */

import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { cancelled, changedUpstream } from './network-failure.ts';
import type { NetworkGuard } from './network-guard.ts';
import { notListed } from './not-listed.ts';
import type { Store } from './store.ts';

const chunkBytes = 256 * 1024;

/**
 * Makes the store of `file` references. A file's ETag is made of its size, its time to the nanosecond and its inode. A range past the end gives
 * an empty body. With a `guard`, Windows' network paths (`\\host\share`) are read only from hosts the user allowed: opening one sends
 * the user's login to that host.
 */
export function createFileStore(options: { readonly guard?: NetworkGuard } = {}): Store {
  const checked = (reference: Reference): string => {
    if (reference.scheme !== 'file') throw new TypeError(`The file store does not read ${reference.scheme} references.`);
    const share = /^\\\\(?![?.]\\)([^\\]+)\\/.exec(reference.path)?.[1] ?? /^\\\\[?.]\\UNC\\([^\\]+)\\/i.exec(reference.path)?.[1];
    if (share !== undefined && options.guard && !options.guard.isAllowed(share, 445)) {
      throw fail('blocked_host', {
        message: `${share} is another computer, and its shares are not read unless allowed.`,
        next: `Allow it: add “${share}” to network.allowed_hosts in the settings.`,
      });
    }
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

    list: notListed('Folders are not listed yet.'),
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
          throw signal.aborted ? cancelled() : fileFailure(thrown, path);
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
    etag: `"${stats.size.toString(16)}-${stats.mtimeNs.toString(16)}-${stats.ino.toString(16)}"`,
    modified: new Date(Number(stats.mtimeMs)).toISOString(),
    storageClass: null,
  };
}

/** What the file system refused, by its code; anything without one is a bug and comes back as it is. */
function fileFailure(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown)) return thrown;
  const code = String(thrown.code);
  const details = { providerCode: code };
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG') {
    return fail('not_found', { message: `There is no file at ${path}.`, next: 'Correct the path, or remove the row.', details });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return fail('access_denied', { message: `You may not read ${path}.`, next: 'Change its permissions, then retry.', details });
  }
  if (code === 'EISDIR')
    return fail('invalid_input', { message: `${path} is a folder, and a file is needed.`, next: 'Name a file.', details });
  if (code === 'EBUSY' || code === 'EMFILE' || code === 'ENFILE') {
    return fail('throttled', { message: `${path} is in use, or too many files are open.`, next: 'Try again in a while.', details });
  }
  if (code === 'ENODEV' || code === 'ENXIO' || code === 'ESTALE' || code === 'ETIMEDOUT' || code === 'EHOSTDOWN') {
    return fail('unreachable', { message: `The disk or share that holds ${path} is not there.`, next: 'Connect it, then retry.', details });
  }
  if (code === 'EIO') return fail('corrupt', { message: `The disk cannot read ${path}.`, next: 'Check the disk.', details });
  if (code === 'ERR_INVALID_ARG_VALUE')
    return fail('invalid_url', { message: 'This path holds a character that paths cannot hold.', next: 'Correct the path.', details });
  return thrown;
}
