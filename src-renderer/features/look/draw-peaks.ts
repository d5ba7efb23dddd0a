/** The peaks of a sound that the core has no decoder for: the window decodes it, and takes the loudest sample of each part. */
import type { Peaks } from '../../../src-shared/contract/files.ts';
import { fetchedToLookBytes } from '../../../src-shared/model/thumbnail.ts';
import { peaksOf } from './sound-peaks.ts';

/** Parts of a sound, as many as a wide waveform has pixels. */
const parts = 1000;
/** A picture needs no more; ten minutes of stereo are then 40 MB of samples instead of 200. Hertz. */
const sampleRate = 8000;

/** Null where the file is too large to be read for this, or no sound this window understands. Rejects when the signal is aborted. */
export async function drawPeaks(options: { mediaBase: string; referenceId: number; signal: AbortSignal }): Promise<Peaks | null> {
  const { mediaBase, referenceId, signal } = options;
  const file = await readWhole(`${mediaBase}media/${referenceId}`, signal);
  if (!file) return null;
  let sound: AudioBuffer;
  try {
    sound = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(file);
  } catch {
    return null;
  }
  signal.throwIfAborted();
  const channels = Array.from({ length: sound.numberOfChannels }, (_, channel) => sound.getChannelData(channel));
  return { peaks: await peaksOf(channels, parts, signal), duration: sound.duration };
}

/** The file, or null where it cannot be read or turns out larger than what is fetched to look. */
async function readWhole(address: string, signal: AbortSignal): Promise<ArrayBuffer | null> {
  const gone = new AbortController();
  const answer = await fetch(address, { signal: AbortSignal.any([signal, gone.signal]) }).catch(() => null);
  signal.throwIfAborted();
  if (!answer?.ok || !answer.body || Number(answer.headers.get('content-length') ?? 0) > fetchedToLookBytes) {
    gone.abort();
    return null;
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    if (size > fetchedToLookBytes) {
      gone.abort();
      return null;
    }
  }
  return new Blob(chunks).arrayBuffer();
}
