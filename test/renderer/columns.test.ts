import { describe, expect, it } from 'vitest';
import { proposeName } from '../../src-renderer/features/columns/column-name.ts';
import { complete, completionsAt } from '../../src-renderer/features/columns/completion.ts';
import { costWords } from '../../src-renderer/features/columns/cost-words.ts';
import { examplesFor } from '../../src-renderer/features/columns/examples.ts';
import { checkExpression } from '../../src-shared/expression/check-expression.ts';
import type { Column, Table } from '../../src-shared/model/table.ts';

const column = (name: string, type: Column['type']): Column => ({
  id: 1,
  name,
  type,
  kind: type === 'string' ? 'plain' : 'media',
  expression: null,
  isVolatile: false,
  level: null,
  revision: 1,
});
const columns = [column('image', 'image'), column('title', 'string')];

describe('the proposed name', () => {
  it.each([
    ['image.width', [], 'width'],
    [' image.exif.Make ', [], 'Make'],
    ['image.width', ['Width'], 'width_2'],
    ['image.width', ['width', 'width_2'], 'width_3'],
    ['presigned_url(image.fileurl, 3600)', [], 'presigned_url'],
    ['image.width * image.height / 1e6', [], 'column'],
    ['', [], 'column'],
  ])('of %j beside %j is %s', (expression, taken, name) => {
    expect(proposeName(expression, taken)).toBe(name);
  });
});

describe('completion at the caret', () => {
  const labels = (text: string, caret = text.length) => completionsAt(text, caret, columns).map(({ text: taken }) => taken);
  it('gives the fields of a media column after its dot, none after another', () => {
    expect(labels('image.wi')).toEqual(['width']);
    expect(labels('title.wi')).toEqual([]);
  });
  it('gives columns before functions', () => {
    expect(labels('1 + ti')[0]).toBe('title');
    expect(labels('pres')).toEqual(['presigned_url(']);
  });
  it('is closed where the word is whole', () => {
    expect(labels('image.width')).toEqual([]);
  });
  it('replaces the word before the caret only', () => {
    const [first] = completionsAt('image.wi * 2', 8, columns);
    expect(first && complete('image.wi * 2', 8, first)).toEqual({ text: 'image.width * 2', caret: 11 });
  });
});

describe('the cost', () => {
  it('is said by level', () => {
    expect(costWords('none', 3)).toBe('0 bytes');
    expect(costWords('sign', 3)).toBe('links only, nothing fetched');
    expect(costWords('full', 1)).toBe('the whole file');
  });
});

describe('examples', () => {
  it.each(['image', 'video', 'audio', 'media'] as const)('are right in a table of %s', (type) => {
    const table: Table = { id: 1, folderId: null, name: 't', path: 't', rowCount: 0, columns: [column('file', type)] };
    for (const example of examplesFor(table))
      expect([example, checkExpression(example, { columns: table.columns }).ok]).toEqual([example, true]);
  });
});
