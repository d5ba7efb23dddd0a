import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { picture } from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { generatedObject, storedObject } from '../servers/stored-object.ts';
import { type CommandLine, commandLine } from './command-line.ts';

let line: CommandLine;
let server: HttpServer;
beforeEach(async () => {
  server = await startHttpServer();
  line = commandLine({ keepsOpen: true });
});
afterEach(async () => {
  await server.close();
  await line.remove();
});

const json = async (...argv: string[]) => JSON.parse((await line.run(['--json', ...argv])).out) as Record<string, unknown>;
const pathOf = async (url: string) => (await line.run(['fetch', url])).out.trim();

/** A table over files of these sizes, by path. */
async function table(path: string, files: Record<string, number>): Promise<string[]> {
  const urls = Object.entries(files).map(([name, size]) => server.put(name, generatedObject(size, size)));
  await line.run(['table', 'create', path, 'file:media']);
  await line.run(['insert', path, ...urls]);
  return urls;
}

it('says how full the cache is: to a script the seven counts, to a person also where it lies', async () => {
  const [url = ''] = await table('t', { '/a.bin': 100_000 });
  await pathOf(url);
  expect(Object.keys(await json('cache', 'status'))).toEqual(['bytes', 'files', 'limit', 'hits', 'misses', 'evictions', 'kept']);
  const { code, out, err } = await line.run(['cache', 'status']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^1\d\d kB of 10 GB in 1 file, 0 hits, 1 miss, 0 evictions$/m);
  expect(out).toMatch(/^0 B kept offline in 0 files, 0 B of files that are here in part, thumbnails [\d.]+ k?B beside it$/m);
  expect(out).toContain(`It lies in ${join(line.folder, 'library', 'cache')}, where `);
});

it('clears what a table shows or what was not used for long, and leaves what is kept offline', async () => {
  const [a = '', b = ''] = await table('one', { '/a.bin': 5000, '/b.bin': 6000 });
  const [c = ''] = await table('two', { '/c.bin': 7000 });
  for (const url of [a, b, c]) await pathOf(url);
  expect(await json('cache', 'clear', '--older-than', '1h')).toMatchObject({ files: 0 });
  expect(await json('cache', 'clear', '--table', 'one', '--older-than', '1h')).toMatchObject({ files: 0 });
  await line.run(['keep', 'one', '--where', "file.fileurl.endsWith('a.bin')"]);
  expect(await json('cache', 'clear', '--table', 'one')).toMatchObject({ files: 1, left: { kept: 1, in_use: 0 } });
  expect(await json('cache', 'status')).toMatchObject({ files: 2 });
  expect((await line.run(['cache', 'clear'])).out).toContain('Left: 1 file kept offline.');
  expect(await json('cache', 'status')).toMatchObject({ files: 1 });
});

it('removes nothing because a table is dropped or the trash emptied', async () => {
  const [url = ''] = await table('one', { '/a.bin': 5000 });
  await line.run(['table', 'create', 'two', 'file:media']);
  await line.run(['insert', 'two', url]);
  const path = await pathOf(url);
  await line.run(['table', 'drop', 'one']);
  await line.run(['trash', 'empty']);
  const before = server.counters.requests;
  expect([await pathOf(url), server.counters.requests - before, statSync(path).size]).toEqual([path, 0, 5000]);
});

it('keeps the files of rows offline, says what failed, and refuses the whole where it would not fit', async () => {
  const urls = await table('t', { '/a.bin': 400_000, '/b.bin': 300_000 });
  await line.run(['cache', 'limit', '1MB']);
  await line.run(['insert', 't', `${server.origin}/none.bin`]);
  const first = await line.run(['keep', 't']);
  expect(first.code).toBe(1);
  expect(first.out).toBe('2 files are kept offline: 2 fetched (700 kB)\n');
  expect(first.err).toMatch(/none\.bin: .+\nThey stay asked for; run the command again to fetch them\.\n$/);
  expect(Number((await json('cache', 'status')).kept)).toBeGreaterThanOrEqual(700_000);
  const again = server.counters.bodyBytes;
  expect(await json('keep', 't', '--where', "file.fileurl.endsWith('a.bin')")).toEqual({ files: 1, fetched: 0, bytes: 0, failed: [] });
  expect(server.counters.bodyBytes).toBe(again);
  await table('large', { '/c.bin': 900_000 });
  const refused = await line.run(['keep', 'large']);
  expect([refused.code, refused.out]).toEqual([2, '']);
  expect(refused.err).not.toBe('');
  expect(server.counters.bodyBytes).toBe(again);
  const low = await line.run(['cache', 'limit', '1000000']);
  expect(low.code).toBe(0);
  const off = await line.run(['keep', 't', '--off']);
  expect([off.code, off.out]).toEqual([0, '3 files are no longer kept offline. The copies stay until room is needed.\n']);
  expect(await json('cache', 'status')).toMatchObject({ kept: 0, files: urls.length });
});

it('refuses a limit below what is kept offline, and keeps all of it', async () => {
  await table('t', { '/a.bin': 1_500_000, '/b.bin': 600_000 });
  await line.run(['keep', 't']);
  const { code, err } = await line.run(['cache', 'limit', '2MB']);
  expect([code, err]).toEqual([
    2,
    '2.1 MB is kept offline, so the limit cannot be below that. Keep fewer files offline, or set a higher limit.\n',
  ]);
  expect(await json('cache', 'status')).toMatchObject({ files: 2, limit: 10_000_000_000 });
});

it('finds damaged and missing copies and strays, and fetches again what is kept offline', async () => {
  const [a = '', b = ''] = await table('t', { '/a.bin': 50_000, '/b.bin': 60_000 });
  await line.run(['keep', 't', '--where', "file.fileurl.endsWith('a.bin')"]);
  const [kept, loose] = [await pathOf(a), await pathOf(b)];
  expect((await line.run(['cache', 'verify'])).out).toMatch(/^2 files checked, 110 kB: all are as they were stored\.$/m);
  writeFileSync(kept, Buffer.alloc(50_000, 1));
  rmSync(loose);
  const { code, out, err } = await line.run(['cache', 'verify']);
  expect([code, out]).toEqual([1, expect.stringMatching(/: 2 faults found\.\n$/)]);
  expect(err).toContain(`${a} had other bytes than were stored, and was removed; it is fetched again.`);
  expect(err).toContain(`${b} was gone from the disk.`);
  expect(readFileSync(await pathOf(a)).equals(Buffer.from(generatedObject(50_000, 50_000).slice(0, 50_000)))).toBe(true);
  expect(await json('cache', 'verify')).toMatchObject({ findings: [] });
});

it('moves to another folder with all that is in it, and knows it at the next start', async () => {
  const [url = ''] = await table('t', { '/a.bin': 50_000 });
  const before = await pathOf(url);
  const { code, out, err } = await line.run(['cache', 'move', 'other']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`The cache lies in ${join(line.folder, 'other')} now: 1 file, `);
  const requests = server.counters.requests;
  const after = await pathOf(url);
  expect([after.startsWith(join(line.folder, 'other')), statSync(after).size, server.counters.requests]).toEqual([true, 50_000, requests]);
  expect(() => statSync(before)).toThrow('ENOENT');
  expect(JSON.parse(readFileSync(join(line.folder, 'library', 'settings.json'), 'utf8'))).toMatchObject({
    cache: { folder: join(line.folder, 'other') },
  });
  // The way back writes nothing that would hold for another place.
  expect((await line.run(['cache', 'move', join('library', 'cache')])).code).toBe(0);
  expect((await json('settings', 'show', 'cache')).folder).toBe(null);
});

it('refuses to move into a file, into itself, or where nothing can be written, and moves nothing', async () => {
  const [url = ''] = await table('t', { '/a.bin': 50_000 });
  const path = await pathOf(url);
  writeFileSync(join(line.folder, 'file'), 'x');
  const own = join('library', 'cache');
  const cache = join(line.folder, own);
  const refusals = [
    [own, `The cache lies in “${cache}” already. Choose another folder.\n`],
    [join(own, 'inner'), `“${join(cache, 'inner')}” is inside the cache itself. Choose a folder outside it.\n`],
    ['file', expect.stringContaining(join(line.folder, 'file'))],
    [join('file', 'inner'), expect.stringContaining(join(line.folder, 'file'))],
  ] as const;
  for (const [folder, err] of refusals) expect(await line.run(['cache', 'move', folder])).toEqual({ code: 2, out: '', err });
  expect([statSync(path).size, await json('settings', 'show', 'cache')]).toEqual([50_000, expect.objectContaining({ folder: null })]);
});

it('gives a computed path the real name of the file', async () => {
  const url = server.put('/My%20beach.png', storedObject(await picture(20, 10), { type: 'image/png' }));
  await line.run(['table', 'create', 'p', 'image:image']);
  await line.run(['insert', 'p', url]);
  expect((await line.run(['column', 'add', 'p', 'path', 'image.localpath'])).code).toBe(0);
  const [row] = JSON.parse((await line.run(['--json', 'query', 'p', '--select', 'path'])).out) as { path: string }[];
  expect(basename(row?.path ?? '')).toMatch(/My[ _]beach\.png$/);
  expect(readFileSync(row?.path ?? '').equals(Buffer.from(await picture(20, 10)))).toBe(true);
  expect(readdirSync(join(line.folder, 'library')).includes('cache')).toBe(true);
});
