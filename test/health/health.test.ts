import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HealthResult } from '../../src-shared/contract/health.ts';
import {
  cellsInWords,
  got,
  inSentences,
  openTestLibrary,
  picture,
  refused,
  rowsOf,
  type TestLibrary,
  tableOf,
} from '../integration/test-library.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { refusedOrigin } from '../servers/loopback-server.ts';
import { storedObject } from '../servers/stored-object.ts';

let http: HttpServer;
let library: TestLibrary;
beforeEach(async () => {
  http = await startHttpServer();
  library = await openTestLibrary();
});
afterEach(async () => {
  await library.end();
  await http.close();
});

async function serve(path: string, width: number): Promise<string> {
  return http.put(path, storedObject(await picture(width, 10), { type: 'image/png' }));
}

const check = async (table = 'pictures') => got(await library.client.health.check({ table }));

/** The counts that are not zero, and the findings by the name of their file. */
function inWords({ findings, ...counts }: HealthResult): string {
  const said = Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${name} ${count}`]));
  const wrong = findings.map(({ canonical, found, error }) => `${canonical.split('/').at(-1)} ${error?.cause ?? found}`);
  return [...said, ...wrong].join(', ');
}

/** Names of the files whose row says that another one lies upstream. */
async function changedRows(): Promise<string[]> {
  const rows = await rowsOf(library.client, 'pictures');
  return rows.flatMap(({ cells }) => cells.flatMap(({ media }) => (media?.isChanged ? [media.name] : [])));
}

/** Three pictures of which the width was computed, the first in two rows. */
async function computed(): Promise<void> {
  const urls = [await serve('/a.png', 11), await serve('/b.png', 12), await serve('/c.png', 13)];
  await tableOf(library.client, [...urls, ...urls.slice(0, 1)]);
  got(await library.client.columns.addComputed({ table: 'pictures', name: 'width', expression: 'image.width', compute: 'wait' }));
}

async function idOf(name: string): Promise<number> {
  const rows = await rowsOf(library.client, 'pictures');
  const found = rows.flatMap(({ cells }) => cells.flatMap(({ media }) => (media?.name === name ? [media.referenceId] : [])));
  return found[0] ?? 0;
}

describe('the files of a table', () => {
  it('are asked for once each, and cost no bytes while they are as known', async () => {
    await computed();
    const before = http.counters;
    expect(inWords(await check())).toBe('checked 3, same 3, requests 3');
    expect([http.counters.requests - before.requests, http.counters.bodyBytes - before.bodyBytes]).toEqual([3, 0]);
    expect(got(await library.client.health.stateOf({ referenceId: await idOf('a.png') }))).toMatchObject({ state: 'same', remote: null });
  });

  it('that changed or cannot be had are named, and nothing of them is removed', async () => {
    await computed();
    await serve('/b.png', 99);
    http.remove('/c.png');
    const result = await check();
    expect(inWords(result)).toBe('checked 3, same 1, changed 1, failed 1, requests 3, b.png changed, c.png not_found');
    expect(result.findings[0]).toMatchObject({ rowId: 2, rows: 1, remote: { size: expect.any(Number) } });
    expect(await changedRows()).toEqual(['b.png']);
    expect(await cellsInWords(library.client, 'pictures', 'width')).toEqual(['11', '12', '13', '11']);
  });

  it('are known from then on where nothing was known before, and a pinned version is never asked for', async () => {
    await tableOf(library.client, [await serve('/new.png', 20), 's3+version://v1@films/a.png']);
    expect(inWords(await check())).toBe('checked 2, fresh 1, pinned 1, requests 1');
    expect(inWords(await check())).toBe('checked 2, same 1, pinned 1, requests 1');
  });

  it('of a host that does not answer are not all asked for', async () => {
    const dead = await refusedOrigin();
    await tableOf(
      library.client,
      Array.from({ length: 60 }, (_, index) => `${dead}/${index}.png`),
    );
    const { failed, requests, findings } = await check();
    expect([failed, findings.length, new Set(findings.map(({ error }) => error?.cause)).size]).toEqual([60, 60, 1]);
    // Three in a row are enough; a few more are on their way by then.
    expect(requests).toBeLessThan(20);
  });

  it('are a job that is told and can be stopped', async () => {
    await computed();
    const progress: string[] = [];
    got(
      await library.client.health.check(
        { table: 'pictures', rows: { where: 'width > 11' } },
        { onProgress: ({ done, total }) => void progress.push(`${done} of ${total}`) },
      ),
    );
    expect(progress).toEqual(['0 of 2', '1 of 2', '2 of 2']);
    const [job] = got(await library.client.jobs.list({}));
    expect([job?.kind, job?.title, job?.state, job?.done]).toEqual(['check', 'Check pictures', 'done', 2]);
    const stop = new AbortController();
    stop.abort();
    expect(refused(await library.client.health.check({ table: 'pictures' }, { signal: stop.signal })).cause).toBe('cancelled');
  });
});

describe('a file that changed upstream', () => {
  it('is not spoken of after the user stays with what is here, until it changes once more', async () => {
    await computed();
    await serve('/b.png', 98);
    await check();
    const referenceIds = [await idOf('b.png')];
    expect(got(await library.client.health.decide({ referenceIds, choice: 'keep' }))).toEqual({ references: 1, failed: [] });
    expect([inWords(await check()), await changedRows()]).toEqual(['checked 3, same 3, requests 3', []]);
    await serve('/b.png', 97);
    expect([inWords(await check()), await changedRows()]).toEqual(['checked 3, same 2, changed 1, requests 3, b.png changed', ['b.png']]);
  });

  it('is taken with all that was computed from the former, and its copy is fetched anew', async () => {
    await computed();
    const url = http.url('/b.png');
    got(await library.client.files.fetch({ urls: [url] }));
    await serve('/b.png', 96);
    await check();
    const referenceIds = [await idOf('b.png')];
    expect(got(await library.client.health.decide({ referenceIds, choice: 'take_new', compute: 'wait' }))).toEqual({
      references: 1,
      failed: [],
    });
    expect(await cellsInWords(library.client, 'pictures', 'width')).toEqual(['11', '96', '13', '11']);
    const requests = http.counters.requests;
    const [fetched] = got(await library.client.files.fetch({ urls: [url] })).files;
    if (!fetched?.ok) throw new Error('it is in the cache');
    expect(readFileSync(fetched.path).equals(Buffer.from(await picture(96, 10)))).toBe(true);
    expect(http.counters.requests).toBe(requests);
    expect([inWords(await check()), await changedRows()]).toEqual(['checked 3, same 3, requests 3', []]);
  });

  it('cannot be decided for where nothing changed, or where there is no such file', async () => {
    await computed();
    await check();
    const referenceIds = [await idOf('a.png'), 4711];
    const { references, failed } = got(await library.client.health.decide({ referenceIds, choice: 'take_new' }));
    expect([references, failed.map(({ error }) => inSentences(error))]).toEqual([
      0,
      [
        'invalid_input: This file is not known to have changed upstream. | Check it first; there is nothing to decide.',
        'unknown_name: There is no reference 4711. | Its row may have been removed.',
      ],
    ]);
    expect(inSentences(refused(await library.client.health.stateOf({ referenceId: 4711 })))).toBe(
      'unknown_name: There is no reference 4711. | Its row may have been removed.',
    );
  });

  it('that somebody asks about is told, and not mixed with what is known', async () => {
    await computed();
    await serve('/b.png', 95);
    const referenceId = await idOf('b.png');
    const former = got(await library.client.files.look({ referenceId })).remote?.etag;
    const asked = got(await library.client.files.ask({ referenceId, level: 'head' }));
    expect([asked.remote.etag === former, asked.facts]).toEqual([false, null]);
    expect(got(await library.client.health.stateOf({ referenceId }))).toMatchObject({ state: 'changed' });
    const { media } = got(await library.client.rows.inspect({ table: 'pictures', rowId: 2 }));
    expect([media[0]?.facts?.width, await cellsInWords(library.client, 'pictures', 'width')]).toEqual([12, ['11', '12', '13', '11']]);
  });
});
