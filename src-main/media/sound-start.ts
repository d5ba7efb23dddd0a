/** Where the sound begins behind tags and pictures, so that a bit rate counts the sound alone. */
import { type HeaderReader, latin1 } from './header-reader.ts';

/** More metadata blocks than a FLAC file has. */
const blockLimit = 32;

/** Files that were joined have several tags, one behind another. */
const tagLimit = 8;
/** Zeros behind a tag belong to it, though some writers do not count them. */
const longestPadding = 256 * 1024;
const paddingStep = 4096;

async function behindPadding(reader: HeaderReader, start: number): Promise<number> {
  for (let at = start; at < start + longestPadding; at += paddingStep) {
    const bytes = await reader.upTo(at, paddingStep);
    const first = bytes.findIndex((byte) => byte !== 0);
    if (first >= 0) return at + first;
    if (bytes.length < paddingStep) break;
  }
  return start;
}

/** First byte of the sound in an MP3, ADTS or FLAC file. */
export async function soundStart(reader: HeaderReader, format: 'mp3' | 'aac' | 'flac'): Promise<number> {
  let at = 0;
  for (let count = 0; count < tagLimit; count += 1) {
    const tag = await reader.upTo(at, 10);
    if (tag.length < 10 || latin1(tag, 0, 3) !== 'ID3') break;
    // Four bytes of seven bits each (ID3v2.4, section 3.1).
    at += 10 + [6, 7, 8, 9].reduce((sum, index) => sum * 128 + ((tag[index] ?? 0) & 0x7f), 0);
  }
  if (format !== 'flac') return at === 0 ? 0 : await behindPadding(reader, at);
  if (latin1(await reader.upTo(at, 4)) !== 'fLaC') return at;
  at += 4;
  for (let count = 0; count < blockLimit; count += 1) {
    const block = await reader.upTo(at, 4);
    if (block.length < 4) break;
    at += 4 + (block[1] ?? 0) * 65_536 + (block[2] ?? 0) * 256 + (block[3] ?? 0);
    if ((block[0] ?? 0) & 0x80) break;
  }
  return at;
}
