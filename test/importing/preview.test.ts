import { describe, expect, it } from 'vitest';
import { createImporting } from '../../src-main/importing/create-importing.ts';
import type { PreviewInput } from '../../src-main/importing/importing.ts';
import { KeptRows, noBuckets, tableOf } from './kept-rows.ts';

const beach = tableOf('beach', { image: 'image' }, 1);
const other = tableOf('work/other', { image: 'image' }, 2);

async function room() {
  const kept = new KeptRows([beach, other]);
  const importing = createImporting({
    ...noBuckets,
    catalog: kept.catalog,
    computer: { home: '/home/ann', platform: 'posix' },
    now: () => Date.UTC(2026, 0, 1, 0, 20),
  });
  const insert = (table: typeof beach, source: Parameters<typeof importing.insert>[0]['source'], more = {}) =>
    importing.insert(
      { table: table.id, source, onError: 'ignore', compute: 'none', ...more },
      { table, signal: new AbortController().signal },
    );
  await insert(beach, { kind: 'texts', texts: ['s3://media/here.jpg'] });
  await insert(other, { kind: 'texts', texts: ['s3://media/there.jpg'] });
  const linesOf = async (previewId: number) =>
    (await importing.previewLines({ previewId, start: 0, end: 100 })).map((line) =>
      [line.line, line.result, line.name, line.already ?? line.offered ?? line.rejected?.message ?? ''].join(' | '),
    );
  const preview = (source: PreviewInput['source'], more = {}) => importing.preview({ source, table: 'beach', ...more });
  return { kept, importing, insert, preview, linesOf };
}

const pasted = [
  's3://media/here.jpg',
  's3://media/there.jpg',
  'https://media.s3.amazonaws.com/a%20b.jpg',
  '',
  's3://media/new.mp4',
  's3://media/new.mp4',
  'ftp://x/y.png',
].join('\n');

describe('a preview', () => {
  it('says of each line what it would become', async () => {
    const { preview, linesOf } = await room();
    const summary = await preview({ kind: 'text', text: pasted });
    expect(summary).toEqual({ previewId: 1, all: 6, fresh: 3, already: 2, rejected: 1, kinds: ['image', 'video'], suggestedName: 'media' });
    expect(await linesOf(1)).toEqual([
      '1 | already | here.jpg | in this table, row 1',
      '2 | new | there.jpg | in work/other, row 1',
      '3 | new | a b.jpg | s3://media/a b.jpg',
      '5 | new | new.mp4 | ',
      '6 | already | new.mp4 | in line 5 of this list',
      '7 | rejected | ftp://x/y.png | ftp is not read; https, http, s3, gs, az and files are.',
    ]);
  });

  it('shows the lines of one result by position', async () => {
    const { importing, preview } = await room();
    await preview({ kind: 'text', text: pasted });
    const lines = await importing.previewLines({ previewId: 1, result: 'new', start: 1, end: 3 });
    expect(lines.map(({ line, provider, scheme }) => [line, provider, scheme])).toEqual([
      [3, 'Amazon S3', 'https'],
      [5, 'Amazon S3', 's3'],
    ]);
  });

  it('reads a corrected line anew', async () => {
    const { importing, preview, linesOf } = await room();
    await preview({ kind: 'text', text: 'ftp://x/y.png\ns3://b/k.jpg' });
    expect(await importing.editLine({ previewId: 1, line: 1, text: 's3://b/k.jpg' })).toMatchObject({ fresh: 1, already: 1, rejected: 0 });
    expect(await linesOf(1)).toEqual(['1 | new | k.jpg | ', '2 | already | k.jpg | in line 1 of this list']);
  });

  it('says how long a signed link still lives', async () => {
    const { importing, preview } = await room();
    const signed =
      'https://h/k.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=c&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=s';
    await preview({ kind: 'texts', texts: [signed] });
    const [line] = await importing.previewLines({ previewId: 1, start: 0, end: 1 });
    expect(line?.endsInSeconds).toBe(2400);
  });

  it('is inserted without the lines that were taken out, with objects in place of recognised addresses, and is gone then', async () => {
    const { kept, insert, preview, importing } = await room();
    await preview({ kind: 'text', text: pasted });
    const inserted = await insert(
      beach,
      { kind: 'preview', previewId: 1, skippedLines: [2, 7], useOffered: true },
      { skipDuplicates: true, onError: 'abort' },
    );
    expect(inserted).toMatchObject({ rows: 2, rejected: [] });
    expect(kept.canonicalsOf(beach)).toEqual(['s3://media/here.jpg', 's3://media/a b.jpg', 's3://media/new.mp4']);
    await expect(importing.previewLines({ previewId: 1, start: 0, end: 1 })).rejects.toThrow('This preview is no longer open.');
  });

  it('keeps the fields of a list for the insert', async () => {
    const table = tableOf('titled', { image: 'image', title: 'string' }, 3);
    const kept = new KeptRows([table]);
    const importing = createImporting({ ...noBuckets, catalog: kept.catalog, computer: { home: '/', platform: 'posix' }, now: () => 0 });
    await importing.preview({ source: { kind: 'text', text: 'link,caption\nftp://x,one\ns3://b/2,two\n', format: 'csv' } });
    await importing.editLine({ previewId: 1, line: 2, text: 's3://b/1' });
    await importing.insert(
      { table: 3, source: { kind: 'preview', previewId: 1 }, map: { title: 'caption' }, onError: 'abort', compute: 'none' },
      { table, signal: new AbortController().signal },
    );
    expect(kept.rowsOf(table)).toEqual([
      ['s3://b/1', 'one'],
      ['s3://b/2', 'two'],
    ]);
  });

  it('lives until sixteen newer ones came', async () => {
    const { preview, importing } = await room();
    for (let count = 0; count < 17; count += 1) await preview({ kind: 'texts', texts: ['s3://b/k'] });
    await expect(importing.previewLines({ previewId: 1, start: 0, end: 1 })).rejects.toMatchObject({ error: { cause: 'unknown_name' } });
    expect(await importing.previewLines({ previewId: 2, start: 0, end: 1 })).toHaveLength(1);
  });

  it('suggests a name from host or folder that is not taken', async () => {
    const { preview } = await room();
    expect((await preview({ kind: 'texts', texts: ['https://www.example.com:8080/a.jpg'] })).suggestedName).toBe('example-com');
    expect((await preview({ kind: 'texts', texts: ['s3://Beach/a.jpg'] })).suggestedName).toBe('Beach 2');
    expect((await preview({ kind: 'texts', texts: ['nonsense'] })).suggestedName).toBe('Import');
  });
});
