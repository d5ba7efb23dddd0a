import { afterAll, beforeAll, expect, it } from 'vitest';
import { picture } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CommandLine, commandLine, type Ran } from './command-line.ts';

let line: CommandLine;
let server: HttpServer;
beforeAll(async () => {
  server = await startHttpServer();
  line = commandLine({ keepsOpen: true });
});
afterAll(async () => {
  await server.close();
  await line.remove();
});

const serve = async (path: string, width: number) => server.put(path, storedObject(await picture(width, 10), { type: 'image/png' }));
/** Exit code and output without the port. */
const told = ({ code, out, err }: Ran) => [code, ...`${out}${err}`.replaceAll(server.origin, 'http://h').split('\n').filter(Boolean)];

it('lists what changed and what failed with its row, lets the user decide, and says by the exit code what is left', async () => {
  const urls = [await serve('/a.png', 11), await serve('/b.png', 12), await serve('/c.png', 13)];
  await line.run(['table', 'create', 'beach', 'image:image']);
  await line.run(['insert', 'beach', ...urls, `${server.origin}/b.png`]);
  expect(told(await line.run(['health', 'beach']))).toEqual([0, '3 files checked: 3 asked for the first time, 3 requests']);
  await line.run(['column', 'add', 'beach', 'width', 'image.width']);
  await serve('/b.png', 99);
  server.remove('/c.png');
  const { code, out, err } = await line.run(['health', 'beach']);
  expect(out.replaceAll(server.origin, 'http://h').replace(/\(.*\)/, '(…)')).toBe(
    'row 2 and 1 more: http://h/b.png: another file lies there now (…).\n' +
      '3 files checked: 1 as known, 1 changed, 1 failed, 3 requests\n' +
      'Take what lies there now with --take-new, or stay with what is here with --keep.\n',
  );
  expect([code, err]).toEqual([1, expect.stringMatching(/^row 3: .*\/c\.png: .+\n$/)]);
  const json = JSON.parse((await line.run(['--json', 'health', 'beach', '--where', 'width == 12'])).out) as unknown;
  expect(json).toEqual({
    ...{ checked: 1, same: 0, new: 0, pinned: 0, changed: 1, failed: 0, requests: 1 },
    problems: [
      {
        ...{ row: 2, rows: 2, url: urls[1], found: 'changed' },
        ...{ size: expect.any(Number), etag: expect.any(String), modified: expect.any(String) },
      },
    ],
  });
  const taken = await line.run(['health', 'beach', '--where', 'width == 12', '--take-new']);
  expect([taken.code, taken.out.split('\n').at(-2)]).toEqual([
    0,
    '1 file taken anew; what was computed from the former is computed again.',
  ]);
  const query = await line.run(['--json', 'query', 'beach', '--select', 'width']);
  expect(JSON.parse(query.out)).toEqual([{ width: 11 }, { width: 99 }, { width: 13 }, { width: 99 }]);
  await serve('/b.png', 98);
  const kept = await line.run(['health', 'beach', '--where', 'width == 99', '--keep']);
  expect([kept.code, kept.out.split('\n').at(-2)]).toEqual([0, 'What is here of 1 file stays.']);
  expect(told(await line.run(['health', 'beach', '--where', 'width == 99']))).toEqual([0, '1 file checked: 1 as known, 1 request']);
});

it.each([
  [['health', 'beech'], 'There is no table "beech". Did you mean "beach"?'],
  [['health', 'beach', '--keep', '--take-new'], 'Either --keep or --take-new, not both. Nothing was asked.'],
  [['health', 'beach', '--where', 'widht > 1'], 'widht'],
  [['cache', 'clear', '--table', 'beech'], 'There is no table "beech".'],
  [['cache', 'clear', '--older-than', 'week'], '"week" is no length of time. Write it as 7d, 12h or 30m.'],
  [['cache', 'limit', '20XB'], '"20XB" is no size. Write it as 20MB or 20MiB.'],
  [['cache', 'limit', '5'], 'The cache limit must be at least 1 MB. Give a larger size.'],
  [['keep', 'beech'], 'There is no table "beech".'],
  [['fetch', 'https://h/a', '--jobs', '0'], '--jobs must be a whole number of at least 1, not "0".'],
])('refuses %j in a sentence, and does nothing', async (argv, sentence) => {
  const { code, out, err } = await line.run(argv);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(sentence);
});

it('leaves the cache as it is when a limit is refused', async () => {
  const [url] = [await serve('/limit.png', 40)];
  await line.run(['fetch', url ?? '']);
  await line.run(['cache', 'limit', '5']);
  expect(JSON.parse((await line.run(['--json', 'cache', 'status'])).out)).toMatchObject({
    files: expect.any(Number),
    limit: 10_000_000_000,
  });
  const before = server.counters.requests;
  await line.run(['fetch', url ?? '']);
  expect(server.counters.requests).toBe(before);
});
