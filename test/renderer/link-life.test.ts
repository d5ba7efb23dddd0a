import { expect, it } from 'vitest';
import { amountOf, dateText, type Life, lifeOf, secondsOf } from '../../src-renderer/features/share/link-life.ts';

const now = new Date(2026, 10, 24, 14, 12).getTime();

it.each<[Life, number | null]>([
  [{ kind: 'preset', seconds: 900 }, 900],
  [{ kind: 'amount', text: '30', unit: 86_400 }, 2_592_000],
  [{ kind: 'amount', text: ' 1,5 ', unit: 3600 }, 5400],
  [{ kind: 'amount', text: '0.001', unit: 60 }, 1],
  [{ kind: 'amount', text: '1e300', unit: 60 }, Number.MAX_SAFE_INTEGER],
  [{ kind: 'amount', text: '', unit: 60 }, null],
  [{ kind: 'amount', text: '0', unit: 60 }, null],
  [{ kind: 'amount', text: '-3', unit: 60 }, null],
  [{ kind: 'amount', text: 'soon', unit: 60 }, null],
  [{ kind: 'amount', text: 'Infinity', unit: 60 }, null],
  [{ kind: 'date', text: '2026-11-25T14:12' }, 86_400],
  [{ kind: 'date', text: '2026-11-24T14:11' }, null],
  [{ kind: 'date', text: '' }, null],
])('%j is %s seconds', (life, seconds) => {
  expect(secondsOf(life, now)).toBe(seconds);
});

it('a life comes back as the preset it is, else in the largest unit that it is a whole number of', () => {
  expect(lifeOf(86_400)).toEqual({ kind: 'preset', seconds: 86_400 });
  expect(lifeOf(172_800)).toEqual({ kind: 'amount', text: '2', unit: 86_400 });
  expect(lifeOf(5400)).toEqual({ kind: 'amount', text: '90', unit: 60 });
  expect(amountOf(3600)).toEqual({ kind: 'amount', text: '1', unit: 3600 });
});

it('a date is written as its field takes it, and read back to the minute', () => {
  const text = dateText(now + 86_400_000);
  expect(text).toBe('2026-11-25T14:12');
  expect(secondsOf({ kind: 'date', text }, now)).toBe(86_400);
  expect(secondsOf({ kind: 'date', text }, now + 600)).toBe(86_400);
});
