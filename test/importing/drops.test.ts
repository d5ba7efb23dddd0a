/** Drops as a preview understands them: files, folders, lists and alternatives, on a real disk. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createImporting } from '../../src-main/importing/create-importing.ts';
import type { PreviewInput } from '../../src-main/importing/importing.ts';
import { KeptRows, noBuckets, tableOf } from './kept-rows.ts';

const home = mkdtempSync(join(tmpdir(), 'vitrine-drops-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const beach = tableOf('beach', { image: 'image' }, 1);

async function room(source: Omit<Extract<PreviewInput['source'], { kind: 'drop' }>, 'kind'>) {
  const kept = new KeptRows([beach]);
  const importing = createImporting({ ...noBuckets, catalog: kept.catalog, computer: { home, platform: 'posix' }, now: () => 0 });
  const preview = await importing.preview({ source: { kind: 'drop', ...source } });
  const lines = async () =>
    (await importing.previewLines({ previewId: preview.previewId, start: 0, end: 1000 })).map((line) =>
      [line.line, line.result, line.name, line.rejected ? `${line.rejected.message} ${line.rejected.next}` : '']
        .filter((part) => part !== '')
        .join(' | '),
    );
  return { importing, preview, lines };
}

it('gives a row for each media file of a dropped folder, at any depth', async () => {
  const folder = join(home, 'holiday');
  mkdirSync(join(folder, 'deeper'), { recursive: true });
  for (let number = 0; number < 200; number += 1) writeFileSync(join(folder, number % 2 ? 'deeper' : '', `${number}.jpg`), '');
  writeFileSync(join(folder, 'notes.doc'), '');
  const { preview } = await room({ paths: [folder] });
  expect(preview).toMatchObject({ all: 200, fresh: 200, rejected: 0, kinds: ['image'], suggestedName: 'holiday' });
});

it('opens a dropped list as a list, by path or by its text, and never as a row', async () => {
  const list = join(home, 'list.csv');
  writeFileSync(list, 'url,title\ns3://b/1.jpg,One\ns3://b/2.jpg,Two\n');
  const byPath = await room({ paths: [list] });
  expect(await byPath.lines()).toEqual(['1 | new | 1.jpg', '2 | new | 2.jpg']);
  const byText = await room({
    paths: [],
    lists: [
      { name: 'list.CSV', text: '\ufeffurl,title\ns3://b/1.jpg,One\n' },
      { name: 'page.html', text: '<base href="https://h/"><img src="2.png"><a href="doc.html">doc</a>' },
      { name: 'list.ndjson', text: '{"url":"s3://b/3.jpg"}\n{"url":"s3://b/4.jpg"}' },
      { name: 'list.parquet', text: '' },
    ],
  });
  expect(await byText.lines()).toEqual([
    '1 | new | 1.jpg',
    '2 | new | 2.png',
    '3 | new | 3.jpg',
    '4 | new | 4.jpg',
    '5 | rejected | list.parquet | Parquet lists are not read yet. Save the list as CSV or NDJSON.',
  ]);
});

it('says of a parquet file by its path that it is not read, and keeps what came with it', async () => {
  const picture = join(home, 'a.jpg');
  writeFileSync(picture, '');
  const { lines } = await room({ paths: [join(home, 'list.parquet'), picture] });
  expect(await lines()).toEqual([
    `1 | rejected | ${join(home, 'list.parquet')} | Parquet lists are not read yet. Save the list as CSV or NDJSON.`,
    '2 | new | a.jpg',
  ]);
});

it('takes the link in place of the picture it wraps, and goes back', async () => {
  const { importing, preview } = await room({
    paths: [],
    html: '<a href="https://h/page"><img src="https://h/a.jpg"></a><img src="https://h/b.jpg">',
  });
  const { previewId } = preview;
  const first = async () => {
    const [line] = await importing.previewLines({ previewId, start: 0, end: 1 });
    return [line?.name, line?.alternative, line?.isAlternative];
  };
  expect(await first()).toEqual(['a.jpg', 'https://h/page', false]);
  await importing.takeAlternative({ previewId, line: 1 });
  expect(await first()).toEqual(['page', 'https://h/a.jpg', true]);
  await importing.takeAlternative({ previewId, line: 1 });
  expect(await first()).toEqual(['a.jpg', 'https://h/page', false]);
  await expect(importing.takeAlternative({ previewId, line: 2 })).rejects.toThrow('Line 2 has no alternative.');
});
