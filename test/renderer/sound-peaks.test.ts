import { describe, expect, it } from 'vitest';
import { barsOf, outlineOf, peaksOf } from '../../src-renderer/features/look/sound-peaks.ts';

const never = new AbortController().signal;

describe('the peaks of a sound', () => {
  it('are the loudest sample of each part over all channels, whatever its sign', async () => {
    const left = Float32Array.from([0, 0.1, -0.5, 0.2, 0, 0]);
    const right = Float32Array.from([0, 0, 0, -0.25, 0, 1.2]);
    expect(await peaksOf([left, right], 3, never)).toEqual([0.1, 0.5, 1]);
  });

  it('are no more than there are samples, and none of silence without length', async () => {
    expect(await peaksOf([Float32Array.from([0.3])], 1000, never)).toEqual([0.3]);
    expect(await peaksOf([], 1000, never)).toEqual([]);
  });

  it('are given up when nobody looks any more', async () => {
    const gone = new AbortController();
    const long = peaksOf([new Float32Array(5_000_000)], 1000, gone.signal);
    gone.abort();
    await expect(long).rejects.toThrow('aborted');
  });
});

describe('a waveform', () => {
  it('keeps the loudest of what falls into one bar', () => {
    expect(barsOf([0.1, 0.9, 0.2, 0.3], 2)).toEqual([0.9, 0.3]);
    expect(barsOf([0.1, 0.9], 16)).toEqual([0.1, 0.9]);
    expect(barsOf([], 16)).toEqual([]);
  });

  it('is drawn about the middle, with a thin line for silence', () => {
    expect(outlineOf([0.5, 0])).toBe('M0.5 0.500h1v1.000h-1zM2.5 0.970h1v0.060h-1z');
  });
});
