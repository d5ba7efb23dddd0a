import { expect, it } from 'vitest';
import type { RowId } from '../../src-shared/model/table.ts';
import { insert, newFolder, nextChange, open, reference, refusal, seeded } from './open-library.ts';

interface Plain {
  id: number;
  name: string | null;
  n: number | null;
  flag: boolean | null;
  width: number | null;
}

/** By key, nulls last in both directions, then by id. */
function sorted(rows: Plain[], keys: { by: keyof Plain; direction: 'asc' | 'desc' }[]): number[] {
  return rows
    .toSorted((a, b) => {
      for (const { by, direction } of keys) {
        const [left, right] = [a[by], b[by]];
        if (left === right) continue;
        if (left === null) return 1;
        if (right === null) return -1;
        return (left < right ? -1 : 1) * (direction === 'asc' ? 1 : -1);
      }
      return a.id - b.id;
    })
    .map((row) => row.id);
}

it('filters and orders as a plain list does, whatever the rows', async () => {
  const catalog = await open(newFolder());
  const random = seeded(7);
  const pick = <T>(...choices: T[]): T | null => (random() < 0.2 ? null : (choices[Math.floor(random() * choices.length)] ?? null));
  const rows: Plain[] = Array.from({ length: 300 }, (_, index) => ({
    id: index + 1,
    name: pick('a', 'B', 'ä', 'zebra', '😀', 'a b'),
    n: pick(-1, 0, 2, 2.5, 1e12),
    flag: pick(true, false),
    width: pick(1, 20, 300),
  }));
  const columns = [
    { name: 'image', type: 'image' },
    { name: 'name', type: 'string' },
    { name: 'n', type: 'float' },
    { name: 'flag', type: 'bool' },
  ] as const;
  const table = await catalog.tree.createTable('t', [...columns], { ifNotExists: false });
  await insert(
    catalog,
    table,
    rows.map((row) => [reference(`s3://b/${row.id}`), row.name, row.n, row.flag]),
  );
  const askedAt = '2026-01-01T00:00:00.000Z';
  const nothing = {
    pixelWidth: null,
    pixelHeight: null,
    orientation: null,
    mode: null,
    duration: null,
    fps: null,
    codec: null,
    rotation: null,
    hasAudio: null,
    sampleRate: null,
    channels: null,
    bitrate: null,
    title: null,
    artist: null,
    album: null,
  };
  await catalog.references.putFacts(
    rows.map((row) => ({
      referenceId: row.id,
      remote: null,
      error: null,
      askedAt,
      facts: {
        ...nothing,
        kind: 'image' as const,
        format: 'png',
        mime: 'image/png',
        width: row.width,
        height: 2,
        metadata: { exif: { Make: row.name } },
      },
    })),
  );
  const cases: [string | null, (row: Plain) => boolean, { by: keyof Plain; direction: 'asc' | 'desc' }[]][] = [
    [null, () => true, []],
    [null, () => true, [{ by: 'name', direction: 'asc' }]],
    [
      null,
      () => true,
      [
        { by: 'name', direction: 'desc' },
        { by: 'n', direction: 'asc' },
      ],
    ],
    ['n > 1', (row) => row.n !== null && row.n > 1, [{ by: 'n', direction: 'desc' }]],
    ['flag', (row) => row.flag === true, [{ by: 'flag', direction: 'asc' }]],
    ['flag == null || name == "ä"', (row) => row.flag === null || row.name === 'ä', []],
    ['image.width >= 20', (row) => row.width !== null && row.width >= 20, [{ by: 'width', direction: 'desc' }]],
    ['name.matches("^z|😀")', (row) => row.name !== null && /^z|😀/u.test(row.name), []],
    ['image.exif.Make == "a b"', (row) => row.name === 'a b', []],
  ];
  for (const [filter, isIn, keys] of cases) {
    const order = keys.map((key) => ({ ...key, by: key.by === 'width' ? 'image.width' : key.by }));
    const view = await catalog.views.open('t', { filter, order });
    const expected = sorted(rows.filter(isIn), keys);
    expect([filter, await catalog.views.rowIds(view.viewId, 0, 1000)]).toEqual([filter, expected]);
    expect(view).toMatchObject({ version: 1, rowCount: expected.length, total: 300 });
    const { rows: page } = await catalog.views.page(view.viewId, 3, 8);
    expect(page.map((row) => row.rowId)).toEqual(expected.slice(3, 8));
    expect(await catalog.views.indexOf(view.viewId, (expected[5] ?? 0) as RowId)).toBe(expected.length > 5 ? 5 : null);
    const some = [...expected.slice(2, 9).toReversed(), 9_999] as RowId[];
    const { view: asked, places } = await catalog.views.placesOf(view.viewId, some);
    expect([asked, places]).toEqual([view, some.map((rowId) => (expected.includes(rowId) ? expected.indexOf(rowId) : null))]);
    await catalog.views.close(view.viewId);
  }
  expect(await refusal(catalog.views.page(1, 0, 1))).toBe('unknown_name: This view is closed. | Open the table again.');
  expect(await refusal(catalog.views.open('t', { filter: 'n', order: [] }))).toBe(
    'expression: A filter must be true or false, and "n" is float. | Compare it with something.',
  );
});

it('reads a view again when its rows or what it reads have changed, and leaves it alone otherwise', async () => {
  const catalog = await open(newFolder());
  const columns = [
    { name: 'image', type: 'image' },
    { name: 'n', type: 'int' },
    { name: 'note', type: 'string' },
  ] as const;
  const table = await catalog.tree.createTable('t', [...columns], { ifNotExists: false });
  await insert(
    catalog,
    table,
    [3, 1, 2].map((n) => [reference(`s3://b/${n}`), n, null]),
  );
  const [, n, note] = table.columns.map((column) => column.id);
  const { viewId } = await catalog.views.open('t', { filter: 'n > 0', order: [{ by: 'n', direction: 'asc' }] });
  const seen: string[] = [];
  catalog.onChange((change) => {
    if (change.kind === 'view') seen.push(`${change.view.version}: ${change.view.rowCount} of ${change.view.total}`);
  });
  const isView = (change: { kind: string }): boolean => change.kind === 'view';
  const step = async (work: () => Promise<unknown>): Promise<number[]> => {
    const changed = nextChange(catalog, isView);
    await work();
    await changed;
    return catalog.views.rowIds(viewId, 0, 10);
  };
  await catalog.rows.update(table.id, { rowIds: [1] }, [{ columnId: note ?? 0, value: 'x' }]);
  expect(await step(() => insert(catalog, table, [[reference('s3://b/0'), 1, null]]))).toEqual([2, 4, 3, 1]);
  expect(await step(() => catalog.rows.update(table.id, { rowIds: [2] }, [{ columnId: n ?? 0, value: 9 }]))).toEqual([4, 3, 1, 2]);
  expect(await step(() => catalog.rows.delete(table.id, { where: 'n == 2' }))).toEqual([4, 1, 2]);
  expect(await step(() => catalog.history.undo(2))).toEqual([2, 4, 3, 1]);
  expect(await step(() => catalog.tree.dropTable('t'))).toEqual([]);
  expect(seen).toEqual(['2: 4 of 4', '3: 4 of 4', '4: 3 of 3', '5: 4 of 4', '6: 0 of 0']);
});
