import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stalls } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const picture = readFileSync(join(import.meta.dirname, '..', '..', 'assets', 'sample', 'marble.png'));

describe('several processes and one library', () => {
  let line: CommandLine;
  let server: HttpServer;
  beforeEach(async () => {
    line = commandLine();
    server = await startHttpServer();
    await line.run(['table', 'create', 'pictures', 'image:image']);
  });
  afterEach(async () => {
    server.release();
    await server.close();
    await line.remove();
  });

  /** Inserts so many pictures; those from `stalledFrom` on answer no byte before `release`. */
  async function insertPictures(count: number, stalledFrom: number): Promise<void> {
    const urls = Array.from({ length: count }, (_, index) => {
      const faults = index >= stalledFrom ? [stalls()] : [];
      return server.put(`/${index}.png`, storedObject(picture), ...faults);
    });
    await line.run(['insert', 'pictures', '--from', '-'], { input: urls.join('\n') });
  }

  it('goes on with “recompute” where a killed “column add” ended, and repeats nothing that was stored', async () => {
    await insertPictures(8, 3);
    const { child, whenEnded } = line.start(['column', 'add', 'pictures', 'width', 'image.width']);
    await server.whenRequested(({ rawPath }) => rawPath === '/3.png', 'the first picture that stalls');
    child.kill('SIGKILL');
    await whenEnded;
    server.release();
    const rows = JSON.parse((await line.run(['query', 'pictures', '--json'])).out) as { image: string; width: number | null }[];
    const stored = rows.filter(({ width }) => width !== null);
    const before = server.requests.length;
    const { code, out } = await line.run(['recompute', 'pictures', '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([0, { values: 8 - stored.length, errors: 0 }]);
    const askedAgain = new Set(server.requests.slice(before).map(({ rawPath }) => rawPath));
    expect(stored.filter(({ image }) => askedAgain.has(new URL(image).pathname))).toEqual([]);
    const after = await line.run(['query', 'pictures', '--select', 'width', '--csv']);
    expect(after.out).toBe(`width\r\n${'400\r\n'.repeat(8)}`);
  });

  it('stops at Ctrl+C with exit 130, says what is done and keeps it', async () => {
    await insertPictures(4, 2);
    const { child, whenEnded } = line.start(['column', 'add', 'pictures', 'width', 'image.width']);
    await server.whenRequested(({ rawPath }) => rawPath === '/3.png', 'a picture that stalls');
    child.kill('SIGINT');
    const { code, out, err } = await whenEnded;
    expect([code, out.split('\n').length]).toEqual([130, 2]);
    expect(err).toMatch(/^Stopped by you\.\nWhat was computed stays; "vitrine recompute" does the rest\.\n$/);
    server.release();
    const { out: rest } = await line.run(['recompute', 'pictures', '--json']);
    expect(JSON.parse(rest)).toMatchObject({ errors: 0 });
    expect((await line.run(['query', 'pictures', '--where', 'width == 400', '--ndjson'])).out.trim().split('\n').length).toBe(4);
  });

  it('works through the process that serves the library', async () => {
    const { child, whenEnded } = line.start(['serve', '--no-open']);
    if (!child.stdout) throw new Error('serve has no output');
    const [printed] = (await once(child.stdout, 'data')) as [string];
    expect(printed).toMatch(/ http:\/\/127\.0\.0\.1:\d+\/\S*\n$/);
    const made = await Promise.all([line.run(['dir', 'create', 'one']), line.run(['dir', 'create', 'two'])]);
    expect(made.map(({ code, out, err }) => [code, out, err])).toEqual([
      [0, 'Folder one is there.\n', ''],
      [0, 'Folder two is there.\n', ''],
    ]);
    const second = await line.run(['serve', '--no-open']);
    expect([second.code, second.err]).toEqual([
      2,
      `This library is open in another Vitrine. Go there, or close it. The library is ${join(line.folder, 'library')}.\n`,
    ]);
    child.kill('SIGTERM');
    await whenEnded;
    expect((await line.run(['dir', 'list'])).out).toBe('one/\ntwo/\npictures  0 rows\n');
  });

  it('lets two commands write at once', async () => {
    const runs = await Promise.all(['a', 'b', 'c'].map((name) => line.run(['insert', 'pictures', `s3://bucket/${name}.png`, '--json'])));
    expect(runs.map(({ code, out }) => [code, (JSON.parse(out) as { rows: number }).rows])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect((await line.run(['query', 'pictures', '--order', 'image', '--csv'])).out.trim().split('\r\n').length).toBe(4);
  });
});
