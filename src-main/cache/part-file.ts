/** The file of a part: sparse, written at any place. What was synced outlives a power cut. */
import { type FileHandle, open } from 'node:fs/promises';

export interface PartFile {
  /** Writes these one after the other from `start` on. */
  write(start: number, chunks: readonly Uint8Array[]): Promise<void>;
  /** Bytes `start` to `end`, which must have been written. */
  read(start: number, end: number): Promise<Uint8Array>;
  /** Waits until what was written is on the medium. */
  sync(): Promise<void>;
  /** Makes it so long that its last byte is `size - 1`; longer content is cut off. */
  setSize(size: number): Promise<void>;
  close(): Promise<void>;
}

/** Reads from a file until `length` bytes are there or it ends. */
export async function readFrom(file: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return new Uint8Array(buffer.buffer, buffer.byteOffset, filled);
}

/** Opens it, making it where it is missing. Throws what `open` throws. */
export async function openPartFile(path: string): Promise<PartFile> {
  const file = await open(path, 'r+').catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return open(path, 'wx+');
    throw thrown;
  });
  return {
    async write(start, chunks) {
      let position = start;
      for (const chunk of chunks) {
        let offset = 0;
        while (offset < chunk.length) {
          const { bytesWritten } = await file.write(chunk, offset, chunk.length - offset, position);
          offset += bytesWritten;
          position += bytesWritten;
        }
      }
    },
    read: (start, end) => readFrom(file, start, end - start),
    sync: () => file.datasync(),
    setSize: (size) => file.truncate(size),
    close: () => file.close(),
  };
}
