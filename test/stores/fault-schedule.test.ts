import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { type FaultSchedule, startFaultSchedule } from '../servers/fault-schedule.ts';

let schedule: FaultSchedule | null = null;
afterEach(() => schedule?.close());

/** What happened to a whole GET in a word or two: the status, and whether the bytes are those of a version. */
async function ask(from: FaultSchedule, index: number): Promise<string> {
  try {
    const answer = await fetch(from.urlOf(index));
    const hash = createHash('sha256')
      .update(new Uint8Array(await answer.arrayBuffer()))
      .digest('hex');
    const version = from.versionWith(index, hash);
    return `${answer.status} ${version === null ? 'other bytes' : `version ${version}`}`;
  } catch {
    return 'broken';
  }
}

/** Three answers of each object, a line an object. */
async function run(seed: number): Promise<string[]> {
  const started = await startFaultSchedule({ seed, objects: 60, bytes: [1, 40_000], faultsEach: 3, pauseMs: [0, 1] });
  schedule = started;
  const lines = await Promise.all(
    Array.from({ length: 60 }, async (_, index) =>
      [await ask(started, index), await ask(started, index), await ask(started, index)].join(),
    ),
  );
  await started.close();
  schedule = null;
  return lines;
}

describe('the schedule of faults', () => {
  test('spoils the same answers for the same seed, and others for another', async () => {
    const [first, second, other] = [await run(5), await run(5), await run(6)];
    expect([second, first.join() === other.join()]).toEqual([first, false]);
    const kinds = [
      ...new Set(
        first
          .join()
          .split(',')
          .map((each) => each.replace(/\d+$/, '')),
      ),
    ].sort();
    expect(kinds).toEqual(['200 other bytes', '200 version ', '429 other bytes', '503 other bytes', 'broken']);
  });

  test('serves every object well once its faults are played', async () => {
    schedule = await startFaultSchedule({ seed: 1, objects: 40, bytes: [1, 20_000], pauseMs: [0, 1] });
    for (let index = 0; index < 40; index += 1) {
      for (let round = 0; round < 3; round += 1) await ask(schedule, index);
      expect(await ask(schedule, index)).toBe(`200 version ${schedule.versionOf(index)}`);
    }
  });

  test('puts another version in the place of one that is being sent', async () => {
    schedule = await startFaultSchedule({ seed: 3, objects: 20, kinds: ['replaced'], faultsEach: 1 });
    const index = Array.from({ length: 20 }, (_, each) => each).find((each) => schedule?.faultsLeft(each) === 1) ?? 0;
    const before = schedule.sha256Of(index);
    const answers = [await ask(schedule, index), await ask(schedule, index)];
    expect([answers, schedule.versionWith(index, before), schedule.sha256Of(index) === before, schedule.played.get('replaced')]).toEqual([
      ['broken', '200 version 1'],
      0,
      false,
      1,
    ]);
  });
});
