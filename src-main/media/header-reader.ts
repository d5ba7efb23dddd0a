/** Reads a header piece by piece, within a budget: sizes in a file are claims by a stranger. */
import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { ByteSource } from '../cache/byte-source.ts';

/** The failure of a file whose own words do not hold. `what` completes "The file is damaged: …". */
export function corrupt(what: string): Failure {
  return fail('corrupt', { message: `The file is damaged: ${what}.`, next: 'Look at what can be read of it, or get the file again.' });
}

/** Bytes of a file by place, with the numbers that lie there. All offsets count from the start of the file. */
export interface HeaderReader {
  /** Exactly these bytes; throws `corrupt` where the file ends before, or the budget does. */
  bytes(start: number, length: number): Promise<Uint8Array>;
  /** As many of these bytes as there are. */
  upTo(start: number, length: number): Promise<Uint8Array>;
  /** `corrupt` with the format's name in front. */
  damaged(what: string): Failure;
}

/** The most that a header may cost: bytes asked for and reads made. A hostile file ends here. */
export interface HeaderBudget {
  readonly bytes: number;
  readonly reads: number;
}

/** `format` is how the file is called in sentences, such as `JPEG`. */
export function createHeaderReader(source: ByteSource, format: string, budget: HeaderBudget): HeaderReader {
  let bytesLeft = budget.bytes;
  let readsLeft = budget.reads;
  const damaged = (what: string) => corrupt(`this ${format} ${what}`);
  async function upTo(start: number, length: number): Promise<Uint8Array> {
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(length) || start < 0 || length < 0)
      throw damaged('points to an impossible place');
    bytesLeft -= length;
    readsLeft -= 1;
    if (bytesLeft < 0 || readsLeft < 0) throw damaged('has a header without end');
    return source.read(start, start + length);
  }
  return {
    upTo,
    damaged,
    async bytes(start, length) {
      const got = await upTo(start, length);
      if (got.length < length) throw damaged('ends inside its header');
      return got;
    },
  };
}

/** Numbers within bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as Latin-1 text: four-letter codes and signatures. */
export function latin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start, end);
}
