/** Boxes of ISO/IEC 14496-12, in bytes that are there and along a file. */
import { type HeaderReader, latin1, viewOf } from './header-reader.ts';

/** A box within bytes; all places count from their start. */
export interface Box {
  readonly type: string;
  /** First byte of the content, and the one behind it. */
  readonly start: number;
  readonly end: number;
}

/** More boxes than any box holds; a list of millions of empty ones ends here. */
const boxLimit = 10_000;
/** Top-level boxes looked at for one of them: a film of many hours in fragments has its header before them. */
const topLevelLimit = 64;

/** A box that reaches to the end of the file without a length is read so far. */
const longestOpen = 4 * 1024 * 1024;

/** Boxes from `start` to `end`; a box that claims more than its parent ends the list. */
export function boxesIn(bytes: Uint8Array, start: number, end: number): Box[] {
  const view = viewOf(bytes);
  const boxes: Box[] = [];
  for (let at = start; at + 8 <= end && boxes.length < boxLimit; ) {
    let size = view.getUint32(at);
    let header = 8;
    if (size === 1 && at + 16 <= end) {
      size = Number(view.getBigUint64(at + 8));
      header = 16;
    } else if (size === 0) size = end - at;
    if (size < header || at + size > end) break;
    boxes.push({ type: latin1(bytes, at + 4, at + 8), start: at + header, end: at + size });
    at += size;
  }
  return boxes;
}

/** The content of the first top-level box of this type, read in one piece without what lies before it; null where there is none. */
export async function readTopLevelBox(reader: HeaderReader, type: string, limit: number): Promise<Uint8Array | null> {
  let at = 0;
  for (let count = 0; count < topLevelLimit; count += 1) {
    const head = await reader.upTo(at, 16);
    if (head.length < 8) return null;
    const view = viewOf(head);
    let size = view.getUint32(0);
    let header = 8;
    if (size === 1 && head.length === 16) {
      size = Number(view.getBigUint64(8));
      header = 16;
    }
    if (latin1(head, 4, 8) === type) {
      if (size > limit) throw reader.damaged('says that its header is larger than any');
      return size === 0
        ? await reader.upTo(at + header, Math.min(limit, longestOpen))
        : await reader.bytes(at + header, Math.max(0, size - header));
    }
    if (size < header) return null;
    at += size;
  }
  return null;
}
