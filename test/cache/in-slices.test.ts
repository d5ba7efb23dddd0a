import { expect, test } from 'vitest';
import { inParallel, inSlices } from '../../src-main/cache/in-slices.ts';

const items = Array.from({ length: 600 }, (_, index) => index);

test('others have their turn between slices, and every item comes once, in order', async () => {
  const order: (number | 'other')[] = [];
  await inSlices(items, (slice) => {
    if (slice[0] === 0) setImmediate(() => order.push('other'));
    order.push(...slice);
  });
  expect(order.indexOf('other')).toBe(250);
  expect(order.filter((one) => one !== 'other')).toEqual(items);
});

test('others have their turn while nothing is to be done for many items in parallel', async () => {
  const order: (number | 'other')[] = [];
  setImmediate(() => order.push('other'));
  await inParallel(items, async (item) => {
    order.push(item);
  });
  expect(order.indexOf('other')).toBeLessThan(600);
  expect(order.filter((one) => one !== 'other').sort()).toEqual([...items].sort());
});

test('in parallel at most eight run at a time, and the first failure is thrown', async () => {
  let running = 0;
  let most = 0;
  const work = inParallel(items, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    if (item === 300) throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(most).toBe(8);
});
