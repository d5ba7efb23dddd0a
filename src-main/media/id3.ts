/** ID3 tags that stand in containers whose tags the library does not read. They are handed to it inside of one that it does. */
import { BufferSource, Input, type MetadataTags, WAVE } from 'mediabunny';

/** A WAV of no sound at 8 kHz with one chunk more. */
function soundOf(tag: Uint8Array): Uint8Array {
  const padded = tag.length + (tag.length % 2);
  const bytes = Buffer.alloc(44 + 8 + padded);
  bytes.write('RIFF');
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(8000, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('id3 ', 36);
  bytes.writeUInt32LE(tag.length, 40);
  bytes.set(tag, 44);
  bytes.write('data', 44 + padded);
  return bytes;
}

/** What an ID3v2 tag says, header included; nothing where it is damaged: a bad tag costs itself, not the sound. */
export async function readId3(tag: Uint8Array): Promise<MetadataTags> {
  const input = new Input({ formats: [WAVE], source: new BufferSource(soundOf(tag)) });
  try {
    return await input.getMetadataTags();
  } catch {
    return {};
  } finally {
    input.dispose();
  }
}
