import { expect, test } from 'vitest';
import {
  countOf,
  gapStartBefore,
  holds,
  nextFrom,
  type Ranges,
  reachOf,
  union,
  withoutRange,
  withRange,
} from '../../src-main/cache/range-set.ts';

const width = 64;

/** The set as a naive array says it. */
function rangesOf(members: readonly boolean[]): Ranges {
  const ranges: [number, number][] = [];
  for (const [at, isIn] of members.entries()) {
    if (!isIn) continue;
    const last = ranges.at(-1);
    if (last && last[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
  }
  return ranges;
}

/** Numbers from 0 to `below`, the same for a seed each time (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test('a set of ranges says the same as an array with a place for each number, whatever is added and taken away', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seeded(seed);
    let ranges: Ranges = [];
    const members = Array.from({ length: width }, () => false);
    for (let step = 0; step < 60; step += 1) {
      const start = random(width);
      const end = Math.min(width, start + random(12));
      const isAdded = random(3) > 0;
      ranges = isAdded ? withRange(ranges, start, end) : withoutRange(ranges, start, end);
      members.fill(isAdded, start, Math.max(start, end));
      expect(ranges, `seed ${seed}, step ${step}`).toEqual(rangesOf(members));
      const at = random(width);
      const missing = members.indexOf(false, at);
      const present = members.indexOf(true, at);
      expect(reachOf(ranges, at)).toBe(members[at] ? (missing < 0 ? width : missing) : at);
      expect(nextFrom(ranges, at)).toBe(present < 0 ? Number.POSITIVE_INFINITY : present);
      expect(gapStartBefore(ranges, at, 0)).toBe(at === 0 ? 0 : members.lastIndexOf(true, at - 1) + 1);
      expect(holds(ranges, start, end)).toBe(members.slice(start, end).every(Boolean));
      expect(countOf(ranges)).toBe(members.filter(Boolean).length);
    }
  }
});

test('two sets become one, and what touches is joined', () => {
  expect(
    union(
      [
        [0, 2],
        [8, 9],
      ],
      [
        [2, 4],
        [6, 8],
      ],
    ),
  ).toEqual([
    [0, 4],
    [6, 9],
  ]);
});
