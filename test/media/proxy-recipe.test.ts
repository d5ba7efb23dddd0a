import { expect, test } from 'vitest';
import { proxyRecipe } from '../../src-main/media/proxy-recipe.ts';

const all = ['libx264', 'libvpx', 'libvpx-vp9', 'aac', 'libopus', 'libvorbis'];
const open = ['vp8', 'vp9', 'av1', 'opus', 'vorbis', 'flac', 'mp3'];
const usual = [...open, 'h264', 'aac'];

/** A recipe in a few words. */
function said(kind: 'video' | 'audio', codec: string | null, sound: string | null, plays: readonly string[], encoders = all): string {
  const metadata = sound === null ? {} : { audio_codec: sound };
  const facts = { kind, codec, metadata, hasAudio: kind === 'audio' || sound !== null } as const;
  const recipe = proxyRecipe({ facts, plays: new Set(plays), encoders: new Set(encoders) });
  if (!recipe) return 'none';
  const after = (option: string) => recipe.output[recipe.output.indexOf(option) + 1];
  const picture = kind === 'video' ? `${after('-c:v')} + ` : '';
  return `${recipe.mime}: ${picture}${recipe.output.includes('-an') ? 'silence' : after('-c:a')}`;
}

test('a stream that the window plays stays as it is, another is made anew by what this ffmpeg has', () => {
  expect([
    said('video', 'h264', 'aac', usual),
    said('video', 'h264', 'ac3', usual),
    said('video', 'h264', null, usual),
    said('video', 'h264', 'aac', open),
    said('video', 'hevc', 'aac', usual),
    said('video', 'hevc', 'aac', [...usual, 'hevc']),
    said('video', 'vp9', 'opus', open),
    said('video', 'prores', 'pcm', usual, ['libvpx-vp9', 'libvorbis']),
    said('video', 'mpeg2', 'mp3', usual),
    said('video', null, null, usual),
    said('audio', 'wmav2', null, usual),
    said('audio', 'aac', null, usual),
    said('audio', 'wmav2', null, open),
    said('video', 'prores', 'pcm', usual, ['mjpeg', 'aac']),
    said('video', 'prores', 'pcm', []),
    said('video', 'prores', null, usual, ['libx264']),
  ]).toEqual([
    'video/mp4: copy + copy',
    'video/mp4: copy + aac',
    'video/mp4: copy + aac',
    'video/webm: libvpx + libopus',
    'video/mp4: libx264 + copy',
    'video/mp4: copy + copy',
    'video/webm: copy + copy',
    'video/webm: libvpx-vp9 + libvorbis',
    'video/mp4: libx264 + copy',
    'video/mp4: libx264 + aac',
    'audio/mp4: aac',
    'audio/mp4: copy',
    'audio/mp4: libopus',
    'none',
    'none',
    'video/mp4: libx264 + silence',
  ]);
});
