import { describe, expect, test } from 'vitest';
import { probeSource } from '../../src-main/media/probe.ts';
import { sentenceOf } from './media-room.ts';
import { contentOf, recordedSource } from './recorded-source.ts';
import { type MadeStream, mpegHeader, soundFrames, transportOf } from './transport-files.ts';

async function said(bytes: Uint8Array): Promise<string> {
  try {
    const { facts } = await probeSource(recordedSource(contentOf(bytes)));
    const { kind, mime, codec, width, height, pixelWidth, pixelHeight, fps, hasAudio, sampleRate, channels, metadata } = facts;
    const picture = kind === 'video' ? ` ${width}x${height} of ${pixelWidth}x${pixelHeight} ${fps} fps` : '';
    const sound = hasAudio ? ` with ${metadata.audio_codec ?? codec} ${sampleRate} Hz x ${channels}` : '';
    return `${kind} ${mime} ${codec}${picture}${sound}${metadata.programs ? ` of ${metadata.programs} programs` : ''}`;
  } catch (thrown) {
    return sentenceOf(thrown);
  }
}

const picture: MadeStream = { type: 2, frame: mpegHeader(720, 576, 3, 3) };
const layer2: MadeStream = { type: 3, frame: soundFrames.layer2 };
const ac3Private: MadeStream = { type: 6, descriptors: [0x6a, 1, 0], frame: soundFrames.ac3 };
const dvb = 'video video/mp2t mpeg2 1024x576 of 720x576 25 fps with mp2 48000 Hz x 2';

describe('a transport stream is a film by its tables', () => {
  test.each<[string, Buffer, string]>([
    ['a broadcast of MPEG-2 and Layer II', transportOf([[picture, layer2]]), dvb],
    ['the same with time codes before the packets', transportOf([[picture, layer2]], { stride: 192 }), dvb],
    ['the same with checks behind them', transportOf([[picture, layer2]], { stride: 204 }), dvb],
    ['a header that comes late', transportOf([[picture, layer2]], { filling: 5000 }), dvb],
    ['one without sound', transportOf([[picture]]), 'video video/mp2t mpeg2 1024x576 of 720x576 25 fps'],
    [
      'AC-3 in a private stream',
      transportOf([[picture, ac3Private]]),
      'video video/mp2t mpeg2 1024x576 of 720x576 25 fps with ac3 48000 Hz x 6',
    ],
    [
      'AC-3 by its own type',
      transportOf([[picture, { type: 0x81, frame: soundFrames.ac3 }]]),
      'video video/mp2t mpeg2 1024x576 of 720x576 25 fps with ac3 48000 Hz x 6',
    ],
    [
      'a private stream of subtitles is none of both',
      transportOf([[picture, { type: 6, descriptors: [0x59, 1, 0], frame: Buffer.alloc(8) }]]),
      'video video/mp2t mpeg2 1024x576 of 720x576 25 fps',
    ],
    [
      'MPEG-1, whose pixels have a shape of their own',
      transportOf([[{ type: 1, frame: mpegHeader(352, 288, 8, 3, false) }]]),
      'video video/mp2t mpeg1 384x288 of 352x288 25 fps',
    ],
    [
      'narrow pixels, which make the picture higher',
      transportOf([[{ type: 2, frame: mpegHeader(720, 480, 2, 4) }]]),
      'video video/mp2t mpeg2 720x540 of 720x480 29.97 fps',
    ],
    [
      'a picture wider than 4095 pixels',
      transportOf([[{ type: 2, frame: mpegHeader(8192, 2160, 1, 5) }]]),
      'video video/mp2t mpeg2 8192x2160 of 8192x2160 30 fps',
    ],
    [
      'a picture whose header is not there, which has no size',
      transportOf([[{ type: 2, frame: Buffer.alloc(300) }, layer2]]),
      'video video/mp2t mpeg2 nullxnull of nullxnull null fps with mp2 48000 Hz x 2',
    ],
    [
      'a header that was cut off, which has no size either',
      transportOf([[{ type: 2, frame: mpegHeader(720, 576, 3, 3).subarray(0, 14) }]]),
      'video video/mp2t mpeg2 nullxnull of nullxnull null fps',
    ],
    ['several programs, of which the first with a picture counts', transportOf([[layer2], [picture, layer2]]), `${dvb} of 2 programs`],
    [
      'a recording of one among several',
      transportOf([
        [{ type: 2 }, { type: 3 }],
        [picture, layer2],
      ]),
      `${dvb} of 2 programs`,
    ],
    ['Layer II alone', transportOf([[layer2]]), 'audio video/mp2t mp2 with mp2 48000 Hz x 2'],
    ['Layer III alone', transportOf([[{ type: 3, frame: soundFrames.layer3 }]]), 'audio video/mp2t mp3 with mp3 48000 Hz x 2'],
    [
      'a program of nothing that is seen or heard',
      transportOf([[{ type: 5 }]]),
      'corrupt: The file is damaged: it says of no picture and no sound.',
    ],
  ])('%s', async (_name, bytes, expected) => {
    expect(await said(bytes)).toBe(expected);
  });

  test('what it says is searched for in the first megabytes and no further', async () => {
    const bytes = transportOf([[picture, layer2]], { filling: 40_000 });
    const source = recordedSource(contentOf(bytes));
    const { facts } = await probeSource(source);
    expect([facts.kind, facts.width, facts.metadata.duration_unknown !== undefined]).toEqual(['video', null, true]);
    expect(bytes.length).toBeGreaterThan(7 * 1024 * 1024);
    expect(source.cost.bytes).toBeLessThan(3.5 * 1024 * 1024);
    expect(source.cost.requests).toBeLessThan(20);
  });

  test('tables that are cut or lie about their lengths are no crash', async () => {
    const whole = transportOf([[picture, layer2], [picture]]);
    for (let at = 0; at < 188 * 6; at += 1) {
      const bytes = Buffer.from(whole);
      bytes[at] = 0xff;
      expect(await said(bytes)).toMatch(/^(video|audio|corrupt: |unsupported: )/);
    }
  });
});
