/** The facts of a file that says nothing, for the readers to write over. */
import type { MediaFacts } from '../../src-shared/model/media.ts';

/** Every field that a file may leave open. */
export const unsaid: Omit<MediaFacts, 'kind' | 'format' | 'mime' | 'metadata'> = {
  width: null,
  height: null,
  pixelWidth: null,
  pixelHeight: null,
  orientation: null,
  mode: null,
  duration: null,
  fps: null,
  codec: null,
  rotation: null,
  hasAudio: null,
  sampleRate: null,
  channels: null,
  bitrate: null,
  title: null,
  artist: null,
  album: null,
};
