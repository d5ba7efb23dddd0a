/** Facts of an Ogg file: the library reads Vorbis and Opus, and nothing of Theora, FLAC and Speex in it. */
import { Failure, fail } from '../../src-shared/model/error.ts';
import type { MediaFacts } from '../../src-shared/model/media.ts';
import type { ByteSource } from '../cache/byte-source.ts';
import { createHeaderReader, type HeaderReader } from './header-reader.ts';
import { type OggPicture, type OggSound, type OggStream, readOggStreams } from './ogg-streams.ts';
import { readTimed } from './timed.ts';
import { unsaid } from './unsaid.ts';

/** A page is 65,307 bytes at most (RFC 3533, section 6), so the last one begins within this. */
const lastPageReach = 65_307;
const budget = { bytes: 1024 * 1024, reads: 100 };

/** Seconds until the last of these streams ends, by the last page of each that is met there; null where none is. */
async function readEnd(reader: HeaderReader, size: number, streams: readonly OggStream[]): Promise<number | null> {
  const from = Math.max(0, size - lastPageReach);
  const tail = Buffer.from(await reader.upTo(from, size - from));
  const open = new Map(streams.filter(({ content }) => content !== null).map((stream) => [stream.serial, stream]));
  let end = 0;
  for (let at = tail.lastIndexOf('OggS'); at >= 0 && open.size > 0; at = at === 0 ? -1 : tail.lastIndexOf('OggS', at - 1)) {
    if (at + 18 > tail.length) continue;
    const stream = open.get(tail.readUInt32LE(at + 14));
    const granule = tail.readBigInt64LE(at + 6);
    if (!stream || granule < 0n) continue; // -1: no packet ends on this page
    open.delete(stream.serial);
    end = Math.max(end, stream.secondsOf(granule));
  }
  return end > 0 ? end : null;
}

function isPicture(content: OggStream['content']): content is OggPicture {
  return content?.kind === 'video';
}

function isSound(content: OggStream['content']): content is OggSound {
  return content?.kind === 'audio';
}

/** The tags of a film stand in its sound, which the library reads; a film without them is shown as well. */
function knownBeside(source: ByteSource, size: number): Promise<MediaFacts | null> {
  return readTimed(source, size, null).catch((thrown: unknown) => {
    if (thrown instanceof Failure && thrown.error.cause === 'corrupt') return null;
    throw thrown;
  });
}

/** Throws `unsupported` where the streams are of none of these kinds, `corrupt`, and what reading throws. The source stays the caller's to close. */
export async function readOgg(source: ByteSource, size: number): Promise<MediaFacts> {
  const reader = createHeaderReader(source, 'Ogg', budget);
  const streams = await readOggStreams(reader);
  const contents = streams.map(({ content }) => content);
  const picture = contents.find(isPicture) ?? null;
  const sound = contents.find(isSound) ?? null;
  const isSoundKnown = sound?.codec === 'vorbis' || sound?.codec === 'opus';
  if (streams.length === 0 || (!picture && isSoundKnown)) return await readTimed(source, size, null);
  if (!picture && !sound) {
    throw fail('unsupported', { message: 'The streams of this Ogg file are of a kind that cannot be read.', next: 'Open it elsewhere.' });
  }
  const duration = await readEnd(reader, size, streams);
  const beside = isSoundKnown ? await knownBeside(source, size) : null;
  return {
    ...unsaid,
    kind: picture ? 'video' : 'audio',
    format: 'ogg',
    mime: picture ? 'video/ogg' : 'audio/ogg',
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    pixelWidth: picture?.pixelWidth ?? null,
    pixelHeight: picture?.pixelHeight ?? null,
    duration,
    fps: picture?.fps ?? null,
    codec: picture?.codec ?? sound?.codec ?? null,
    rotation: picture ? 0 : null,
    hasAudio: sound !== null,
    sampleRate: sound?.sampleRate ?? null,
    channels: sound?.channels ?? null,
    title: beside?.title ?? null,
    artist: beside?.artist ?? null,
    album: beside?.album ?? null,
    metadata: {
      ...(beside?.metadata.tags === undefined ? {} : { tags: beside.metadata.tags }),
      ...(picture && sound ? { audio_codec: sound.codec } : {}),
      ...(duration === null ? { duration_unknown: 'no time was found on the last page of the stream' } : {}),
      bytes: size,
    },
  };
}
