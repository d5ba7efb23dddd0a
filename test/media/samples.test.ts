import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { createFileReader } from '../../src-main/cache/file-reader.ts';
import { probeSource } from '../../src-main/media/probe.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { MediaFacts } from '../../src-shared/model/media.ts';

const samples = join(import.meta.dirname, '../../../shared/samples');

/** Where our word differs from what the measuring tools say, and why. */
const known: Record<string, Record<string, string>> = {
  'mediabunny/annex-b-avc.mkv': { fps: 'its header does not say it; the tools counted frames' },
  'mp4parse/corrupt/alpha_video_moov_is_moop.avif': { readable: 'its film is damaged, its still picture is not' },
  'music-metadata/corrupt/corrupt.mkv': { readable: 'as for MediaInfo, the size can be read' },
  'music-metadata/corrupt/outofbounds.mp3': { readable: 'its tag claims to reach behind the first frames' },
};

const Expected = z.object({ files: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Our field, theirs (the first that is there), and how far apart numbers may be: absolute, or a part of the value. */
const imageFields = [
  ['format', ['format']],
  ['pixelWidth', ['pixel_width']],
  ['pixelHeight', ['pixel_height']],
  ['width', ['display_width']],
  ['height', ['display_height']],
  ['orientation', ['orientation']],
] as const;
const timedFields = [
  ['format', ['container']],
  ['duration', ['header_duration', 'duration'], 0.05, 0.005],
  ['width', ['display_width'], 1],
  ['height', ['display_height'], 1],
  ['pixelWidth', ['coded_width']],
  ['pixelHeight', ['coded_height']],
  ['rotation', ['rotation']],
  ['fps', ['fps'], 0, 0.01],
  ['codec', ['video_codec', 'codec', 'audio_codec']],
  ['hasAudio', ['has_audio']],
  ['sampleRate', ['sample_rate', 'audio_sample_rate']],
  ['channels', ['channels', 'audio_channels']],
  ['bitrate', ['bitrate'], 0, 0.02],
  ['title', ['title']],
  ['artist', ['artist']],
  ['album', ['album']],
] as const;

type Field = readonly [keyof MediaFacts, readonly string[], number?, number?];

function differences(facts: MediaFacts, expected: Record<string, unknown>, fields: readonly Field[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [ours, theirs, absolute = 0, relative = 0] of fields) {
    const value = theirs.map((name) => expected[name]).find((candidate) => candidate !== null && candidate !== undefined);
    if (value === undefined) continue;
    const want = typeof value === 'string' ? value.trim() : value;
    const got = ours === 'orientation' ? (facts.orientation ?? 1) : facts[ours];
    const isNear = typeof want === 'number' && typeof got === 'number' && Math.abs(got - want) <= Math.max(absolute, relative * want);
    if (got !== want && !isNear) found[ours] = `${String(got)} instead of ${String(want)}`;
  }
  return found;
}

async function compare(kind: string, name: string, expected: Record<string, unknown>): Promise<Record<string, string>> {
  const path = join(samples, kind, name);
  const remote = { size: statSync(path).size, type: null, etag: null, modified: null, storageClass: null };
  const source = await createFileReader({ path, remote, onClose: () => undefined });
  try {
    const { facts } = await probeSource(source);
    if (expected.header_readable === false) return { readable: 'was read' };
    return differences(facts, expected, kind === 'images' ? imageFields : timedFields);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return expected.header_readable === false ? {} : { readable: thrown.error.message };
  } finally {
    source.close();
  }
}

if (!existsSync(samples)) console.warn('SKIPPED: ../shared/samples is absent, so real files were not compared with their measured facts.');

describe.skipIf(!existsSync(samples))('real files give what independent tools measured', () => {
  test.each(['images', 'video', 'audio'])('%s', async (kind) => {
    const { files } = Expected.parse(JSON.parse(readFileSync(join(samples, kind, 'EXPECTED.json'), 'utf8')));
    const unexpected: string[] = [];
    let count = 0;
    for (const [name, expected] of Object.entries(files)) {
      count += 1;
      for (const [field, difference] of Object.entries(await compare(kind, name, expected))) {
        if (!known[name]?.[field]) unexpected.push(`${name}: ${field}: ${difference}`);
      }
    }
    expect(unexpected).toEqual([]);
    expect(count).toBeGreaterThan(40);
  });
});
