/** Hashes of a file, piece by piece, so that neither memory nor the main thread notices how large it is. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

export interface Hashes {
  /** In hex. */
  readonly sha256: string;
  /** In hex, where it was asked for. */
  readonly md5: string | null;
  readonly bytes: number;
}

/** SHA-256 over a piece takes about a millisecond. */
const piece = 1024 * 1024;

/**
 * When it resolves, what was hashed is on the disk, so that a loss of power cannot leave another file under this hash. `whenFree` is awaited
 * before each piece; it may reject to stop. Throws what the file system throws.
 */
export async function hashFile(path: string, options: { withMd5: boolean; whenFree: () => Promise<void> }): Promise<Hashes> {
  const sha256 = createHash('sha256');
  const md5 = options.withMd5 ? createHash('md5') : null;
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(piece);
    for (let bytes = 0; ; ) {
      await options.whenFree();
      const { bytesRead } = await file.read(buffer, 0, piece, bytes);
      if (bytesRead === 0) {
        // What was read may be in memory only. Windows does this for files that are open for writing alone.
        await file.datasync().catch(() => undefined);
        return { sha256: sha256.digest('hex'), md5: md5?.digest('hex') ?? null, bytes };
      }
      sha256.update(buffer.subarray(0, bytesRead));
      md5?.update(buffer.subarray(0, bytesRead));
      bytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
