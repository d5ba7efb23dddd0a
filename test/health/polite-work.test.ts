import { expect, it } from 'vitest';
import { hostOf, workPolitely } from '../../src-main/health/polite-work.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';

async function* listed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

it('keeps to the caps, and a host that does not answer holds back no other', async () => {
  const stuck = Promise.withResolvers<void>();
  const running = new Map<string, number>();
  let most = 0;
  let mostOfHost = 0;
  const done: string[] = [];
  const items = [...Array.from({ length: 5 }, (_, index) => `slow ${index}`), ...Array.from({ length: 5 }, (_, index) => `quick ${index}`)];
  const hostOfItem = (item: string) => item.split(' ')[0] ?? '';
  await workPolitely(listed(items), { total: 3, perHost: 2 }, hostOfItem, async (item) => {
    const host = hostOfItem(item);
    running.set(host, (running.get(host) ?? 0) + 1);
    mostOfHost = Math.max(mostOfHost, running.get(host) ?? 0);
    most = Math.max(
      most,
      [...running.values()].reduce((sum, count) => sum + count, 0),
    );
    if (host === 'slow') await stuck.promise;
    else await Promise.resolve();
    done.push(item);
    running.set(host, (running.get(host) ?? 1) - 1);
    if (done.length === 5) stuck.resolve();
  });
  expect([done.slice(0, 5), done.length, most, mostOfHost]).toEqual([['quick 0', 'quick 1', 'quick 2', 'quick 3', 'quick 4'], 10, 3, 2]);
});

it('begins nothing more after a failure, and throws it when what had begun has ended', async () => {
  const begun: number[] = [];
  let ended = 0;
  const work = workPolitely(
    listed([1, 2, 3, 4, 5]),
    { total: 2, perHost: 2 },
    () => 'host',
    async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('first');
      await new Promise((resolve) => setImmediate(resolve));
      ended += 1;
    },
  );
  await expect(work).rejects.toThrow('first');
  expect(begun.length).toBeLessThan(4);
  expect(ended).toBe(begun.length - 1);
});

it.each([
  ['https://h:8443/a', 'h:8443'],
  ['s3://b/k', 's3://b'],
  ['az://a/c/k', 'az://a/c'],
])('counts %s to %s', (url, host) => {
  const reference = parseReference(url);
  expect(reference.ok && hostOf(reference.value)).toBe(host);
});
