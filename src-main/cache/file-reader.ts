/** A `ByteSource` over a file of this computer: a local reference, or the copy in the cache. It costs no network. */
import { type FileHandle, open } from 'node:fs/promises';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from './byte-source.ts';
import { looksLikeWebPage, webPageFailure } from './web-page.ts';

/** `onClose` gives back what was taken for it. Throws what `open` throws. */
export async function createFileReader(options: { path: string; remote: RemoteFacts; onClose: () => void }): Promise<ByteSource> {
  const file: FileHandle = await open(options.path, 'r');
  let isOpen = true;
  return {
    cost: { requests: 0, bytes: 0 },
    remote: async () => options.remote,
    async read(start, end) {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.max(0, Math.min(end, size) - start));
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, filled);
      if (start === 0 && looksLikeWebPage(bytes)) throw webPageFailure();
      return bytes;
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      file.close().catch(() => undefined);
      options.onClose();
    },
  };
}
