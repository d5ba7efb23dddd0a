import { expect, test } from 'vitest';
import { createHeaderReader } from '../../src-main/media/header-reader.ts';
import { readStreamEnds } from '../../src-main/media/transport-stream.ts';
import { contentOf, recordedSource } from './recorded-source.ts';
import { transportPackets } from './timed-files.ts';

async function ends(bytes: Uint8Array) {
  const source = recordedSource(contentOf(bytes));
  const { duration, fps } = await readStreamEnds(createHeaderReader(source, 'file', { bytes: 1024 * 1024, reads: 200 }), bytes.length);
  return { said: `${duration?.toFixed(2)} s, ${fps} fps`, cost: source.cost };
}

const minute = { frames: 1500, start: 10.012, between: 30 };

test.each([
  ['from the first frame to the end of the last, whatever the first stamp', minute, '60.00 s, 25 fps'],
  ['the same where time codes stand before the packets', { ...minute, stride: 192 as const }, '60.00 s, 25 fps'],
  ['across the place where stamps begin again', { ...minute, start: 2 ** 33 / 90_000 - 20 }, '60.00 s, 25 fps'],
  ['of a stream that is read as a whole', { frames: 75, start: 0, between: 2 }, '3.00 s, 25 fps'],
])('a transport stream lasts %s', async (_name, options, expected) => {
  expect((await ends(transportPackets(options))).said).toBe(expected);
});

test('its length costs the two ends of the file', async () => {
  const bytes = transportPackets(minute);
  const { cost } = await ends(bytes);
  expect(bytes.length).toBeGreaterThan(8 * 1024 * 1024);
  expect(cost.requests).toBeLessThanOrEqual(3);
  expect(cost.bytes).toBeLessThanOrEqual(160 * 1024);
});

test('a stream that was cut within a packet, and one that lost its step, are still measured', async () => {
  const bytes = transportPackets(minute);
  const slipped = Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.from([1, 2, 3]), bytes.subarray(bytes.length / 2)]);
  expect((await ends(bytes.subarray(0, -100))).said).toBe('60.00 s, 25 fps');
  expect((await ends(slipped)).said).toBe('60.00 s, 25 fps');
});

test('a stream without time stamps has no length', async () => {
  const bytes = transportPackets({ frames: 3, start: 0, between: 500 });
  for (let at = 0; at < bytes.length; at += 188) bytes[at + 1] = 0x1f;
  expect((await ends(bytes)).said).toBe('undefined s, null fps');
});
