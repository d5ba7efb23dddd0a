import { describe, expect, it } from 'vitest';
import { mediaPlaceOf } from '../../src-renderer/features/gallery/media-place.ts';
import { labelText, tileName } from '../../src-renderer/features/gallery/tile-name.ts';
import type { MediaCell } from '../../src-shared/model/cell.ts';
import { type Column, RowId } from '../../src-shared/model/table.ts';

const media: MediaCell = {
  referenceId: 7,
  typed: 's3://media/IMG_2041.jpg',
  canonical: 's3://media/IMG_2041.jpg',
  scheme: 's3',
  name: 'IMG_2041.jpg',
  kind: 'image',
  held: 'whole',
  isKept: false,
  isChanged: false,
  width: null,
  height: null,
  duration: null,
};
const row = { rowId: RowId.parse(1), cells: [] };
const column = (name: string, kind: Column['kind']): Column => ({
  id: 1,
  name,
  type: kind === 'media' ? 'image' : 'string',
  kind,
  expression: null,
  isVolatile: false,
  level: null,
  revision: 1,
});

describe('a tile', () => {
  it('is named by file, kind, where its copy is, and why it cannot be shown', () => {
    const missing = { cause: 'not_found', message: 'There is no file at this address.', next: null } as const;
    expect(tileName(0, row, media, { error: null, labels: [] })).toBe('IMG_2041.jpg, image, in the cache');
    expect(
      tileName(0, row, { ...media, held: 'none', isKept: false, isChanged: false, kind: 'unknown' }, { error: null, labels: [] }),
    ).toBe('IMG_2041.jpg');
    expect(tileName(0, row, { ...media, held: 'none' }, { error: missing, labels: [] })).toBe('IMG_2041.jpg, image, error: not found');
    expect(tileName(0, row, media, { error: null, labels: ['IMG_2041.jpg', '4032'] })).toBe('IMG_2041.jpg, image, in the cache, 4032');
    expect(tileName(1_000, row, undefined, { error: null, labels: [] })).toBe('row 1,001, empty');
    expect(tileName(17, undefined, undefined, { error: null, labels: [] })).toBe('row 18, Waiting for row');
  });

  it('has values, names and causes below it', () => {
    const failed = { cause: 'timeout', message: '', next: null } as const;
    expect(labelText(column('title', 'plain'), { state: 'ok', value: 'Dunes' }, 0)).toBe('Dunes');
    expect(labelText(column('image', 'media'), { state: 'ok', value: null, media }, 0)).toBe('IMG_2041.jpg');
    expect(labelText(column('width', 'computed'), { state: 'error', value: null, error: failed }, 0)).toBe('timed out');
    expect(labelText(column('title', 'plain'), undefined, 0)).toBe('');
  });

  it('shows the focused column where it holds files, else the first that does', () => {
    const columns = [column('title', 'plain'), column('front', 'media'), column('back', 'media')];
    expect([0, 1, 2].map((focused) => mediaPlaceOf(columns, focused))).toEqual([1, 1, 2]);
    expect(mediaPlaceOf(columns.slice(0, 1), 0)).toBe(-1);
  });
});
