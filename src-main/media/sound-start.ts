/** Where the sound begins behind tags and pictures, so that a bit rate counts the sound alone. */
import { type HeaderReader, latin1 } from './header-reader.ts';

/** More metadata blocks than a FLAC file has. */
const blockLimit = 32;

/** First byte of the sound in an MP3, ADTS or FLAC file. */
export async function soundStart(reader: HeaderReader, format: 'mp3' | 'aac' | 'flac'): Promise<number> {
  let at = 0;
  const tag = await reader.upTo(0, 10);
  if (tag.length === 10 && latin1(tag, 0, 3) === 'ID3') {
    // Four bytes of seven bits each (ID3v2.4, section 3.1).
    at = 10 + [6, 7, 8, 9].reduce((sum, index) => sum * 128 + ((tag[index] ?? 0) & 0x7f), 0);
  }
  if (format !== 'flac') return at;
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
