import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImporting } from '../../src-main/importing/create-importing.ts';
import type { InsertInput } from '../../src-main/importing/importing.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { Table } from '../../src-shared/model/table.ts';
import { KeptRows, noBuckets, tableOf } from './kept-rows.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitrine-insert-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const images = tableOf('beach', {
  image: 'image',
  title: 'string',
  width: 'int',
  taken: 'timestamp',
  liked: 'bool',
  extra: 'json',
  score: 'float',
});

function room(...tables: Table[]) {
  const kept = new KeptRows(tables);
  const importing = createImporting({
    ...noBuckets,
    catalog: kept.catalog,
    computer: { home: folder, platform: 'posix' },
    now: () => Date.UTC(2026, 0, 1),
  });
  const insert = (table: Table, source: InsertInput['source'], more: Partial<InsertInput> = {}) =>
    importing.insert(
      { table: table.id, source, onError: 'ignore', compute: 'none', ...more },
      { table, signal: new AbortController().signal },
    );
  return { kept, importing, insert };
}

/** Rejects as lines of text. */
function told(rejected: { line: number; text: string; cause: string; message: string }[]): string[] {
  return rejected.map(({ line, text, cause, message }) => `${line} ${text} ${cause}: ${message}`);
}

describe('inserting addresses', () => {
  it('gives a row for each, typed text kept, and the range of new rows', async () => {
    const { kept, insert } = room(images);
    const texts = ['s3://b/a b#1.jpg', 'HTTPS://Example.com/x.png#top', 'gs://b/c.webp'];
    const inserted = await insert(images, { kind: 'texts', texts });
    expect(inserted).toEqual({ rows: 3, rejected: [], changeId: 1, rowIds: [1, 2, 3] });
    expect(kept.rowsOf(images).map(([image]) => image)).toEqual(texts);
    expect(kept.canonicalsOf(images)).toEqual(['s3://b/a b#1.jpg', 'https://example.com/x.png', 'gs://b/c.webp']);
    expect(kept.labels).toEqual(['Inserted 3 rows into beach']);
  });

  it('inserts nothing when one line is bad and errors abort, and tells all bad ones', async () => {
    const { kept, insert } = room(images);
    const inserted = await insert(images, { kind: 'texts', texts: ['s3://b/a', 'ftp://x/y.png', 's3://b/c', ''] }, { onError: 'abort' });
    expect(told(inserted.rejected)).toEqual([
      '2 ftp://x/y.png invalid_url: ftp is not read; https, http, s3, gs, az and files are.',
      '4  invalid_url: This is not an address: there is nothing in it.',
    ]);
    expect([inserted.rows, inserted.rowIds, kept.rowsOf(images)]).toEqual([0, [], []]);
  });

  it('inserts the good ones when errors are ignored', async () => {
    const { kept, insert } = room(images);
    const inserted = await insert(images, { kind: 'texts', texts: ['s3://b/a', 'nonsense', 'not a URL at all', 'https://'] });
    expect([inserted.rows, inserted.rejected.length, kept.rowsOf(images).length]).toEqual([1, 3, 1]);
  });

  it('leaves no change behind when there is nothing to insert', async () => {
    const { kept, insert } = room(images);
    expect(await insert(images, { kind: 'texts', texts: ['x'] })).toMatchObject({ rows: 0, changeId: null, rowIds: [] });
    expect(kept.labels).toEqual([]);
  });

  it('takes the same address a thousand times, and once when duplicates are skipped', async () => {
    const { insert } = room(images);
    const texts = Array.from({ length: 1000 }, (_nothing, index) => `https://example.com/a.jpg#${index}`);
    expect((await insert(images, { kind: 'texts', texts }, { dryRun: true, skipDuplicates: true })).rows).toBe(1);
    expect((await insert(images, { kind: 'texts', texts }, { skipDuplicates: true })).rows).toBe(1);
    expect((await insert(images, { kind: 'texts', texts }, { skipDuplicates: true })).rows).toBe(0);
    expect((await insert(images, { kind: 'texts', texts })).rows).toBe(1000);
  });

  it('counts and rejects in a dry run, and inserts nothing', async () => {
    const { kept, insert } = room(images);
    const inserted = await insert(images, { kind: 'texts', texts: ['s3://b/a', 'x'] }, { dryRun: true });
    expect([inserted.rows, inserted.rejected.length, inserted.changeId, kept.rowsOf(images)]).toEqual([1, 1, null, []]);
  });

  it('rejects a list of 10,000 one-letter lines line by line', async () => {
    const { insert } = room(images);
    const text = Array.from({ length: 10_000 }, (_nothing, index) => 'abcdefghij'[index % 10]).join('\n');
    const { rows, rejected } = await insert(images, { kind: 'text', text, cwd: folder });
    expect([rows, rejected.length, told(rejected.slice(9_999))]).toEqual([
      0,
      10_000,
      ['10000 j invalid_url: This is not an address: “j” is neither a web address nor a path.'],
    ]);
  });

  it('stops when it is cancelled', async () => {
    const { importing, kept } = room(images);
    const stop = new AbortController();
    stop.abort();
    const inserting = importing.insert(
      { table: 1, source: { kind: 'texts', texts: ['s3://b/a'] }, onError: 'ignore', compute: 'none' },
      { table: images, signal: stop.signal },
    );
    await expect(inserting).rejects.toMatchObject({ error: { cause: 'cancelled' } });
    expect(kept.rowsOf(images)).toEqual([]);
  });

  it('chooses the column by kind where there are several, or as told', async () => {
    const several = tableOf('several', { image: 'image', video: 'video', any: 'media' });
    const { kept, insert } = room(several);
    await insert(several, { kind: 'texts', texts: ['s3://b/a.jpg', 's3://b/b.mp4', 's3://b/c'] });
    await insert(several, { kind: 'texts', texts: ['s3://b/d.jpg'] }, { column: 'video' });
    expect(kept.rowsOf(several)).toEqual([
      ['s3://b/a.jpg', null, null],
      [null, 's3://b/b.mp4', null],
      [null, null, 's3://b/c'],
      [null, 's3://b/d.jpg', null],
    ]);
  });

  it('says which columns there are when none fits', async () => {
    const two = tableOf('two', { a: 'image', b: 'image' });
    const plain = tableOf('notes', { note: 'string' }, 2);
    const { insert } = room(two, plain);
    expect(told((await insert(two, { kind: 'texts', texts: ['s3://b/a.jpg'] })).rejected)).toEqual([
      '1 s3://b/a.jpg invalid_input: “two” has several media columns: “a”, “b”.',
    ]);
    expect(told((await insert(plain, { kind: 'texts', texts: ['s3://b/a.jpg'] })).rejected)).toEqual([
      '1 s3://b/a.jpg invalid_input: “notes” has no media column.',
    ]);
    await expect(insert(two, { kind: 'texts', texts: [] }, { column: 'c' })).rejects.toThrow('There is no column “c” in “two”.');
    await expect(insert(plain, { kind: 'texts', texts: [] }, { column: 'note' })).rejects.toThrow('“note” is no media column');
  });
});

describe('inserting lists', () => {
  const csv = (name: string, text: string | Buffer) => {
    writeFileSync(join(folder, name), text);
    return { kind: 'file' as const, path: join(folder, name) };
  };

  it('fills columns from fields of the same name and converts them', async () => {
    const { kept, insert } = room(images);
    const source = csv(
      'a.csv',
      'URL,Title,width,taken,liked,extra,score,other\r\ns3://b/a.jpg,"A, ""b""",12,2026-01-31,yes,"{""a"":1}",1.5,zzz\n',
    );
    expect(await insert(images, source)).toMatchObject({ rows: 1, rejected: [] });
    expect(kept.rowsOf(images)).toEqual([['s3://b/a.jpg', 'A, "b"', 12, '2026-01-31T00:00:00.000Z', true, { a: 1 }, 1.5]]);
  });

  it('rejects values that do not fit, with line and reason, and keeps reading', async () => {
    const { insert } = room(images);
    const source = csv('a.csv', 'image,width,taken\ns3://b/1,twelve,\n"s3://b/2\nx",1.5,\ns3://b/3,3,2026-02-30\ns3://b/4,,\n,5,\n');
    const { rows, rejected } = await insert(images, source);
    expect(told(rejected)).toEqual([
      '2 s3://b/1 invalid_input: “twelve” in “width” must be a whole number between -9007199254740991 and 9007199254740991.',
      '3 s3://b/2\nx invalid_input: “1.5” in “width” must be a whole number between -9007199254740991 and 9007199254740991.',
      '5 s3://b/3 invalid_input: “2026-02-30” in “taken” must be a date or a time such as 2026-01-31 or 2026-01-31T12:00:00Z.',
      '7 ,5, invalid_url: This is not an address: there is nothing in it.',
    ]);
    expect(rows).toBe(1);
  });

  it.each([
    ['a byte order mark', Buffer.from('\ufeffurl,title\ns3://b/é.jpg,t\n', 'utf8')],
    ['UTF-16 LE', Buffer.from('\ufeffurl,title\ns3://b/é.jpg,t\n', 'utf16le')],
    ['UTF-16 BE', Buffer.from('\ufeffurl,title\ns3://b/é.jpg,t\n', 'utf16le').swap16()],
    ['mixed line ends and empty lines', Buffer.from('url,title\r\n\r\ns3://b/é.jpg,t\r', 'utf8')],
    ['semicolons', Buffer.from('url;title\ns3://b/é.jpg;t\n', 'utf8')],
    ['no end of line and too many fields', Buffer.from('url,title\ns3://b/é.jpg,t,u,v', 'utf8')],
  ])('reads CSV with %s', async (_name, bytes) => {
    const { kept, insert } = room(images);
    expect(await insert(images, csv('a.csv', bytes))).toMatchObject({ rows: 1, rejected: [] });
    expect(kept.rowsOf(images)[0]?.slice(0, 2)).toEqual(['s3://b/é.jpg', 't']);
  });

  it('reads CSV without a header, and maps fields by number', async () => {
    const { kept, insert } = room(images);
    await insert(images, csv('a.csv', 's3://b/1.jpg,first\ns3://b/2.jpg,second\n'), { map: { title: '2' } });
    expect(kept.rowsOf(images).map((row) => row.slice(0, 2))).toEqual([
      ['s3://b/1.jpg', 'first'],
      ['s3://b/2.jpg', 'second'],
    ]);
  });

  it('tells of a quote that is never closed and of bytes that are no text', async () => {
    const { insert } = room(images);
    const { rows, rejected } = await insert(
      images,
      csv('a.csv', Buffer.concat([Buffer.from('url\ns3://b/'), Buffer.from([0xff]), Buffer.from('\ns3://b/ok\n"s3://b/open\ns3://b/x\n')])),
    );
    expect(rejected.map(({ line, cause, message }) => `${line} ${cause}: ${message}`)).toEqual([
      '2 invalid_url: This is not an address: it holds a character that could not be read.',
      '4 invalid_input: A quote is opened here and not closed.',
    ]);
    expect(rows).toBe(1);
  });

  it('counts lines and keeps fields across the first quote, wherever pieces of a long list end', async () => {
    const { kept, insert } = room(images);
    const plain = Array.from({ length: 3000 }, (_nothing, index) => `s3://b/😀/${index}.jpg,title ${index}`);
    const rest = ['', 's3://b/quoted.jpg,"one, ""two""\r\nthree"', 's3://b/after.jpg,last', 'ftp://x/y,bad'];
    const source = csv('a.csv', ['url,title', '', ...plain, 'ftp://x/y,bad', ...rest].join('\r\n'));
    const { rows, rejected } = await insert(images, source);
    expect([rows, rejected.map(({ line }) => line)]).toEqual([3002, [3003, 3008]]);
    const titles = kept.rowsOf(images).map((row) => row.slice(0, 2));
    expect(titles[2999]).toEqual(['s3://b/😀/2999.jpg', 'title 2999']);
    expect(titles.slice(3000)).toEqual([
      ['s3://b/quoted.jpg', 'one, "two"\r\nthree'],
      ['s3://b/after.jpg', 'last'],
    ]);
  });

  it('refuses a list whose fields fit no column, and a mapping to a field that is not there', async () => {
    const { insert } = room(images);
    await expect(insert(images, csv('a.csv', 'name,size\nx,1\n'))).rejects.toThrow(
      'No field of the list is named like the column “image”, and none holds addresses; its fields are name, size.',
    );
    await expect(insert(images, csv('b.csv', 'url\ns3://b/k\n'), { map: { title: 'caption' } })).rejects.toThrow(
      'There is no field “caption” in the list.',
    );
    await expect(insert(images, { kind: 'file', path: join(folder, 'none.csv') })).rejects.toThrow('There is no file at this address.');
    await expect(insert(images, csv('a.parquet', 'PAR1'))).rejects.toThrow('Parquet lists are not read yet.');
  });

  it('reads TSV, JSON and NDJSON, each element by itself', async () => {
    const { kept, insert } = room(images);
    await insert(images, csv('a.tsv', 'image\ttitle\ns3://b/1\tone, two\n'));
    const json = await insert(
      images,
      csv(
        'b.json',
        '[\n "s3://b/2",\n {"image": "s3://b/[3]{", "width": 3, "extra": [1]},\n 7,\n {"image": 5},\n {bad},\n "s3://b/\\u00e9"\n]',
      ),
    );
    const ndjson = await insert(images, csv('c.ndjson', '{"url":"s3://b/5","liked":false}\n"s3://b/6"\n\n{"url":\n'));
    expect(kept.rowsOf(images).map((row) => row[0])).toEqual(['s3://b/1', 's3://b/2', 's3://b/[3]{', 's3://b/é', 's3://b/5', 's3://b/6']);
    expect(json.rejected.map(({ line, text, cause }) => `${line} ${text} ${cause}`)).toEqual([
      '4 7 invalid_input',
      '5 5 invalid_url',
      '6 {bad} invalid_input',
    ]);
    expect(ndjson.rejected.map(({ line, cause }) => `${line} ${cause}`)).toEqual(['4 invalid_input']);
  });

  it('says when a JSON list is cut off', async () => {
    const { insert } = room(images);
    const { rows, rejected } = await insert(images, csv('a.json', '["s3://b/1",\n"s3://b/2"'));
    expect([rows, told(rejected)]).toEqual([2, ['2  invalid_input: The list ends before its last bracket.']]);
  });

  it('fills plain tables from a list, without any address', async () => {
    const plain = tableOf('notes', { note: 'string', n: 'int' });
    const { kept, insert } = room(plain);
    await insert(plain, { kind: 'text', text: '{"n":1,"note":"a"}\n{"n":2}', format: 'ndjson' });
    expect(kept.rowsOf(plain)).toEqual([
      ['a', 1],
      [null, 2],
    ]);
  });

  it('does not choke on a line without an end', async () => {
    const { insert } = room(images);
    writeFileSync(join(folder, 'a.txt'), Buffer.alloc(5_000_000, 'x'));
    const { rejected } = await insert(images, { kind: 'file', path: join(folder, 'a.txt') });
    expect(rejected.map(({ message, text }) => [message, text.length])).toEqual([['The line is longer than 1 MiB.', 1001]]);
  });

  it('lets others work while a long list streams through', async () => {
    const { insert } = room(images);
    const lines = 100_000;
    writeFileSync(
      join(folder, 'long.txt'),
      Array.from({ length: lines }, (_nothing, index) => `https://example.com/${index}/picture.jpg`).join('\n'),
    );
    let isDone = false;
    let turns = 0;
    const others = (async () => {
      while (!isDone) {
        turns += 1;
        await nextTurn();
      }
    })();
    const inserted = await insert(images, { kind: 'file', path: join(folder, 'long.txt') }, { dryRun: true });
    isDone = true;
    await others;
    expect(inserted.rows).toBe(lines);
    expect(turns).toBeGreaterThan(lines / 250);
  });
});

describe('inserting files of this computer', () => {
  it('rejects what is not there, and folders unless they are asked for', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'a b.jpg'), 'x');
    const { kept, insert } = room(images);
    const texts = ['a b.jpg', './none.jpg', 'sub/', `file://${folder}/gone.png`, '~/a b.jpg', 'a b.jpg '];
    const { rejected } = await insert(images, { kind: 'texts', texts, cwd: folder });
    expect(told(rejected)).toEqual([
      '2 ./none.jpg not_found: There is no file at this address.',
      '3 sub/ invalid_input: “sub/” is a folder.',
      `4 file://${folder}/gone.png not_found: There is no file at this address.`,
    ]);
    expect(kept.canonicalsOf(images)).toEqual(Array.from({ length: 3 }, () => `file://${folder}/a%20b.jpg`));
  });

  it('walks a folder once, media files only, also through links that lead in a circle', async () => {
    mkdirSync(join(folder, 'top/inner'), { recursive: true });
    for (const name of ['top/b.PNG', 'top/a.jpg', 'top/notes.txt', 'top/.hidden.jpg', 'top/inner/c.mp4'])
      writeFileSync(join(folder, name), 'x');
    symlinkSync(join(folder, 'top'), join(folder, 'top/inner/circle'));
    symlinkSync(join(folder, 'gone.jpg'), join(folder, 'top/broken.jpg'));
    const { kept, insert } = room(images);
    const inserted = await insert(images, { kind: 'texts', texts: ['top'].map((name) => `./${name}`), cwd: folder }, { recursive: true });
    expect(inserted.rejected).toEqual([]);
    expect(kept.canonicalsOf(images).map((url) => url.slice(`file://${folder}/`.length))).toEqual([
      'top/a.jpg',
      'top/b.PNG',
      'top/inner/c.mp4',
    ]);
  });

  it('reads paths in a list against the folder of the list', async () => {
    writeFileSync(join(folder, 'a.jpg'), 'x');
    writeFileSync(join(folder, 'list.txt'), '"a.jpg"\n\nhttps://h/1.jpg https://h/2.jpg\n');
    const { kept, insert } = room(images);
    await insert(images, { kind: 'file', path: join(folder, 'list.txt') });
    expect(kept.canonicalsOf(images)).toEqual([`file://${folder}/a.jpg`, 'https://h/1.jpg', 'https://h/2.jpg']);
  });
});

describe('setting cells', () => {
  it('converts values and addresses, and refuses what does not fit', async () => {
    const { importing } = room(images);
    expect(await importing.convertCells(images, { width: '7', image: 's3://b/k', title: null })).toEqual([
      { columnId: 102, value: 7 },
      { columnId: 100, value: { canonical: 's3://b/k', typed: 's3://b/k' } },
      { columnId: 101, value: null },
    ]);
    await expect(importing.convertCells(images, { width: 'x' })).rejects.toBeInstanceOf(Failure);
    await expect(importing.convertCells(images, { image: 'nonsense' })).rejects.toMatchObject({ error: { cause: 'invalid_url' } });
    await expect(importing.convertCells(images, { nope: 1 })).rejects.toMatchObject({ error: { cause: 'unknown_name' } });
  });
});
