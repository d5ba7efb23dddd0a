import { describe, expect, it } from 'vitest';
import { type FoldersAction, folderLines, isUnread, noFolders, reduceFolders } from '../../src-renderer/features/buckets/bucket-folders.ts';
import { commonPrefix } from '../../src-renderer/features/buckets/common-prefix.ts';
import { fail } from '../../src-shared/model/error.ts';

const folder = (prefix: string) => ({ prefix, name: prefix.split('/').slice(-2).join('/') });

/** Lines as `▾ name`, indented by level: ▾ open, ▸ closed, · neither. */
function drawn(...actions: FoldersAction[]): string[] {
  const state = actions.reduce(reduceFolders, noFolders('s3://b/'));
  return folderLines(state, { loading: 'reading', more: 'more' }).map(
    ({ level, isOpen, text, kind }) =>
      `${' '.repeat(level)}${isOpen === null ? '·' : isOpen ? '▾' : '▸'} ${text}${kind === 'folder' ? '' : ` (${kind})`}`,
  );
}

describe('the folders of a bucket', () => {
  it('are drawn as far as they were looked into', () => {
    const asked: FoldersAction = { type: 'asked', prefix: 's3://b/' };
    const came: FoldersAction = { type: 'came', prefix: 's3://b/', folders: [folder('s3://b/x/'), folder('s3://b/y/')], cursor: 'next' };
    const below: FoldersAction[] = [
      { type: 'opened', prefix: 's3://b/x/' },
      { type: 'came', prefix: 's3://b/x/', folders: [folder('s3://b/x/1/')], cursor: null },
    ];
    const { error } = fail('offline', { message: 'This computer is offline.', next: null });
    expect([
      drawn(asked),
      drawn(asked, came),
      drawn(came, { ...came, folders: [folder('s3://b/z/')], cursor: null }, ...below),
      drawn(came, ...below, { type: 'closed', prefix: 's3://b/x/' }, { type: 'failed', prefix: 's3://b/', error }),
      drawn({ type: 'came', prefix: 's3://b/', folders: [], cursor: null }),
      drawn(came, { type: 'rooted', prefix: 'gs://other/' }),
    ]).toEqual([
      [' ▾ s3://b/', '  · reading (loading)'],
      [' ▾ s3://b/', '  ▸ x/', '  ▸ y/', '  · more (more)'],
      [' ▾ s3://b/', '  ▾ x/', '   ▸ 1/', '  ▸ y/', '  ▸ z/'],
      [' ▾ s3://b/', '  ▸ x/', '  ▸ y/', '  · This computer is offline. (failed)'],
      [' · s3://b/'],
      [' ▾ gs://other/'],
    ]);
  });

  it('are asked for once', () => {
    const fresh = noFolders('s3://b/');
    const asked = reduceFolders(fresh, { type: 'asked', prefix: 's3://b/' });
    const come = reduceFolders(asked, { type: 'came', prefix: 's3://b/', folders: [], cursor: null });
    expect([fresh, asked, come].map((state) => isUnread(state, 's3://b/'))).toEqual([true, false, false]);
  });
});

describe('the first guess of what to refresh a table from', () => {
  it.each([
    [['s3://b/2026/a.jpg', 's3://b/2026/b/c.jpg'], 's3://b/2026/'],
    [['s3://b/2026/a.jpg', 's3://b/2025/a.jpg'], 's3://b/'],
    [['s3://b/a.jpg', 's3://bb/a.jpg'], ''],
    [['s3://b/a.jpg', 'https://h/a.jpg'], ''],
    [['az://acc/c/x/a.jpg', 'az://acc/c/y/a.jpg'], 'az://acc/c/'],
    [['az://acc/c/a.jpg', 'az://acc/d/a.jpg'], ''],
    [['file:///home/ann/a.jpg'], ''],
    [[], ''],
  ])('of %j is %j', (addresses, prefix) => {
    expect(commonPrefix(addresses)).toBe(prefix);
  });
});
