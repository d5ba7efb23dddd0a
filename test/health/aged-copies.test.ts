import { expect, it } from 'vitest';
import type { Copy } from '../../src-main/cache/bytes.ts';
import { createHealth } from '../../src-main/health/create-health.ts';
import type { HealthOptions } from '../../src-main/health/health-options.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { insert, newFolder, nextChange, open, reference, refusal } from '../catalog/open-library.ts';

const at = '2026-11-24T00:00:00.000Z';
const remote = (etag: string): RemoteFacts => ({ size: 10, type: null, etag, modified: null, storageClass: null });
const copy: Copy = {
  ...{ state: 'whole', path: '/x', bytes: 10, size: 10, etag: '"old"', modified: null },
  ...{ since: at, lastUsed: at, checkedAt: at },
};
const urlOf = (name: string) => reference(`https://h/${name}`).canonical;

/** The room over a real catalog, with a cache that says which copy has aged and a network that says what is asked of it. */
async function room(answer: (url: string) => Promise<RemoteFacts | null>) {
  const catalog = await open(newFolder());
  const checked: string[] = [];
  const bugs: unknown[] = [];
  let tellAged: (reference: Reference) => void = () => undefined;
  const notAsked = () => Promise.reject(new Error('This is not asked for here.'));
  const options: HealthOptions = {
    catalog,
    bytes: {
      copyOf: ({ canonical }) => (canonical.includes('copied') ? copy : null),
      isKept: () => false,
      fetch: notAsked,
      dropChanged: notAsked,
      markChecked: (canonical) => void checked.push(canonical),
      onAged(listener) {
        tellAged = listener;
        return () => undefined;
      },
    },
    storeOf: () => ({
      async check({ canonical }) {
        const now = await answer(canonical);
        return now === null ? { isSame: true } : { isSame: false, remote: now };
      },
    }),
    caps: () => ({ total: 2, perHost: 2 }),
    log: { bug: (_what, thrown) => void bugs.push(thrown) },
    now: () => Date.parse(at),
  };
  const health = createHealth(options);
  return { catalog, health, checked, bugs, age: (name: string) => tellAged(referenceFromCanonical(urlOf(name))) };
}

it('asks in the background for a copy that was not checked for long, and says in the row where another file lies', async () => {
  const { catalog, health, checked, age } = await room(async (url) => (url.endsWith('2') ? remote('"new"') : null));
  const told = nextChange(catalog, ({ kind }) => kind === 'facts');
  age('copied1');
  await told;
  expect([checked, await catalog.upstream.get([urlOf('copied1')])]).toEqual([
    [urlOf('copied1')],
    [{ canonical: urlOf('copied1'), checkedAt: at, state: 'same', remote: null }],
  ]);
  const changed = nextChange(catalog, ({ kind }) => kind === 'facts');
  age('copied2');
  await changed;
  expect(await catalog.upstream.get([urlOf('copied2')])).toMatchObject([{ state: 'changed', remote: { etag: '"new"' } }]);
  await health.close();
});

it('is silent where the network is away, and asks two at a time and each copy once', async () => {
  const asked: string[] = [];
  const answers = Promise.withResolvers<null>();
  const { catalog, health, bugs, age } = await room(async (url) => {
    asked.push(url);
    if (asked.length === 3) throw fail('offline', { message: 'This computer is offline.' });
    return answers.promise;
  });
  for (const name of ['copied1', 'copied1', 'copied2', 'copied3', 'copied3', 'gone']) age(name);
  let told = 0;
  const both = new Promise<void>((resolve) => {
    catalog.onChange(({ kind }) => {
      if (kind === 'facts') told += 1;
      if (told === 2) resolve();
    });
  });
  // What is told first waits for both of the first two; the third begins only when one of them has ended.
  await catalog.upstream.get([]);
  answers.resolve(null);
  await both;
  await health.close();
  expect([asked.slice(0, 2), asked.filter((url) => url.endsWith('gone')), bugs]).toEqual([[urlOf('copied1'), urlOf('copied2')], [], []]);
  expect(new Set(asked).size).toBe(asked.length);
  expect(await catalog.upstream.get([urlOf('copied3')])).toEqual([]);
});

it('says once that the computer is offline, and not for each of a thousand files', async () => {
  let requests = 0;
  const { catalog, health } = await room(async () => {
    requests += 1;
    throw fail('offline', { message: 'This computer is offline.', next: 'It goes on when the network is back.' });
  });
  const table = await catalog.tree.createTable('t', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  await insert(
    catalog,
    table,
    Array.from({ length: 1000 }, (_, index) => [reference(`https://h/${index}`)]),
  );
  const watching = { signal: new AbortController().signal, onTotal: () => undefined, onChecked: () => undefined };
  expect(await refusal(health.check(table, { where: 'true' }, watching))).toBe(
    'offline: This computer is offline. | It goes on when the network is back.',
  );
  expect(requests).toBeLessThanOrEqual(2);
  await health.close();
});
