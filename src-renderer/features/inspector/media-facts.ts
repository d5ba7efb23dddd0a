/** Media facts in the order and words of the inspector; what the file does not say is left out. */
import type { MediaFacts } from '../../../src-shared/model/media.ts';
import { formatCount, formatDuration } from '../../app/format.ts';
import { words } from '../../app/words.ts';
import type { Fact } from '../../ui/facts.tsx';

const pixels = (width: number | null, height: number | null) => (width === null || height === null ? null : `${width} × ${height}`);

/** `Shown` is what is seen, `Stored` only where turning makes a difference. */
export function mediaFacts(facts: MediaFacts): Fact[] {
  const shown = pixels(facts.width, facts.height);
  const stored = pixels(facts.pixelWidth, facts.pixelHeight);
  return [
    [words.shown, shown],
    [words.stored, stored === shown ? null : stored],
    [words.orientation, facts.orientation === null || facts.orientation === 1 ? null : String(facts.orientation)],
    [words.format, facts.format.toUpperCase()],
    [words.mode, facts.mode],
    [words.duration, facts.duration === null ? null : formatDuration(facts.duration)],
    [words.frames, facts.fps === null ? null : `${Number(facts.fps.toFixed(2))} fps`],
    [words.codec, facts.codec],
    [words.channels, facts.channels === null ? null : String(facts.channels)],
    [words.sampleRate, facts.sampleRate === null ? null : `${formatCount(facts.sampleRate)} Hz`],
    [words.bitrate, facts.bitrate === null ? null : `${formatCount(Math.round(facts.bitrate / 1000))} kbit/s`],
    [words.title, facts.title],
    [words.artist, facts.artist],
    [words.album, facts.album],
  ];
}
