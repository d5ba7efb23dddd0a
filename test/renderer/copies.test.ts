import { describe, expect, it } from 'vitest';
import { words } from '../../src-renderer/app/words.ts';
import { tileName } from '../../src-renderer/features/gallery/tile-name.ts';
import { copyFacts, differences } from '../../src-renderer/features/inspector/copy-section.tsx';
import { transferNote } from '../../src-renderer/features/jobs/transfer-line.tsx';
import { nameIn } from '../../src-renderer/features/look/copy-deeds.ts';
import { copyWords } from '../../src-renderer/features/look/copy-words.ts';
import { findingText } from '../../src-renderer/features/look/findings-sheet.tsx';
import { createTransfersStore, percentHere, rateNow, withTransfers } from '../../src-renderer/features/look/transfers-store.ts';
import { cellName } from '../../src-renderer/features/table/cell-text.ts';
import type { MediaCell } from '../../src-shared/model/cell.ts';
import type { RemoteFacts } from '../../src-shared/model/media.ts';
import { type Column, RowId } from '../../src-shared/model/table.ts';
import type { Transfer } from '../../src-shared/model/transfer.ts';

const transfer = (id: number, more: Partial<Transfer> = {}): Transfer => ({
  id,
  canonical: `s3://media/${id}.mp4`,
  name: `${id}.mp4`,
  purpose: 'whole',
  priority: 'asked',
  state: 'running',
  bytes: 25e6,
  size: 100e6,
  rate: 2e6,
  secondsLeft: 38,
  restarted: null,
  ...more,
});
const media: MediaCell = {
  referenceId: 7,
  typed: 's3://media/IMG.jpg',
  canonical: 's3://media/IMG.jpg',
  scheme: 's3',
  name: 'IMG.jpg',
  kind: 'image',
  held: 'none',
  isKept: false,
  isChanged: false,
  width: null,
  height: null,
  duration: null,
};
const remote = (more: Partial<RemoteFacts>): RemoteFacts => ({
  size: null,
  type: null,
  etag: null,
  modified: null,
  storageClass: null,
  ...more,
});

describe('what is on its way', () => {
  it('is found by its reference where the whole file comes, and no part of it', () => {
    const { whole } = withTransfers([transfer(1), transfer(2, { purpose: 'ranges' })]);
    expect([...whole.keys()]).toEqual(['s3://media/1.mp4']);
  });

  it('leaves what is seen of every other file as it was', () => {
    const store = createTransfersStore();
    const seen = (canonical: string) => {
      const one = store.getState().whole.get(canonical);
      return one ? percentHere(one) : null;
    };
    store.setState(withTransfers([transfer(1), transfer(2)]));
    const before = [seen('s3://media/1.mp4'), seen('s3://media/2.mp4'), seen('s3://media/3.mp4')];
    store.setState(withTransfers([transfer(1, { bytes: 25.4e6 }), transfer(2, { bytes: 30e6 })]));
    expect([before, [seen('s3://media/1.mp4'), seen('s3://media/2.mp4'), seen('s3://media/3.mp4')]]).toEqual([
      [25, 25, null],
      [25, 30, null],
    ]);
    store.setState(withTransfers([]));
    expect(seen('s3://media/1.mp4')).toBeNull();
  });

  it('fills a ring only where the size is known', () => {
    expect([
      percentHere({ bytes: 0, size: null }),
      percentHere({ bytes: 5, size: 0 }),
      percentHere({ bytes: 99.9, size: 100 }),
      percentHere({ bytes: 120, size: 100 }),
    ]).toEqual([-1, -1, 99, 100]);
    expect([words.fetchingPercent(-1), words.fetchingPercent(41)]).toEqual(['being fetched', 'being fetched, 41\u00a0%']);
  });

  it('comes at the rate of what runs, and at none while nothing does', () => {
    expect(rateNow([transfer(1), transfer(2, { rate: 1e6 }), transfer(3, { state: 'waiting', rate: 5e6 })])).toBe(3e6);
    expect(rateNow([transfer(1, { state: 'pausing' })])).toBeNull();
  });

  it('says why it stands still, and why it began anew', () => {
    expect([
      transferNote(transfer(1)),
      transferNote(transfer(1, { state: 'waiting' })),
      transferNote(transfer(1, { state: 'pausing', purpose: 'ranges' })),
      transferNote(transfer(1, { restarted: 'changed' })),
      transferNote(transfer(1, { restarted: 'not_resumable' })),
    ]).toEqual([
      '',
      'waiting for its turn',
      'parts, paused, goes on soon',
      'began anew because the file changed upstream',
      'began anew because the server cannot go on in the middle',
    ]);
  });
});

describe('where a file stands', () => {
  it.each([
    [{}, false, []],
    [{}, true, ['being fetched']],
    [{ held: 'whole' }, false, ['in the cache']],
    [{ held: 'whole', isKept: true }, false, ['kept offline']],
    [{ isKept: true }, false, ['to be kept offline, not here yet']],
    [{ isKept: true }, true, ['being fetched']],
    [{ held: 'local', isKept: true }, false, ['on this computer']],
    [{ held: 'whole', isChanged: true }, false, ['in the cache', 'changed upstream']],
    [{ isChanged: true }, false, ['changed upstream']],
  ] as const)('%j, on its way %s: %j', (more, isFetching, said) => {
    expect(copyWords({ ...media, ...more }, isFetching)).toEqual(said);
  });

  it('is in the name of its cell and of its tile', () => {
    const column: Column = {
      id: 1,
      name: 'image',
      type: 'image',
      kind: 'media',
      expression: null,
      isVolatile: false,
      level: null,
      revision: 1,
    };
    const kept: MediaCell = { ...media, held: 'whole', isKept: true, isChanged: true };
    expect(cellName(column, { state: 'ok', value: null, media: kept }, 0)).toBe('image, IMG.jpg, image, kept offline, changed upstream');
    expect(cellName(column, { state: 'ok', value: null, media }, 0, true)).toBe('image, IMG.jpg, image, being fetched');
    const row = { rowId: RowId.parse(1), cells: [] };
    expect(tileName(0, row, kept, { error: null, labels: [] })).toBe('IMG.jpg, image, kept offline, changed upstream');
    expect(tileName(0, row, media, { error: null, labels: [], isFetching: true })).toBe('IMG.jpg, image, being fetched');
  });
});

describe('the copy in the inspector', () => {
  const none = { transfer: null, part: null };
  it('is whole, on its way, in part or not here', () => {
    const now = Date.parse('2026-11-24T12:00:00Z');
    const held = { bytes: 8.4e6, since: '2026-11-24T10:00:00Z', lastUsed: '2026-11-24T11:57:30Z', isKept: false };
    expect(copyFacts(held, none, now).map(([label]) => label)).toEqual(['Whole', 'Since', 'Last used']);
    expect(copyFacts(null, { transfer: transfer(1), part: { bytes: 1, size: 2 } }, now)).toEqual([['Fetching…', '25 of 100\u00a0MB']]);
    expect(copyFacts(null, { transfer: null, part: { bytes: 3e6, size: 8.4e6 } }, now)).toEqual([['Part', '3 of 8.4\u00a0MB']]);
    expect(copyFacts(null, none, now)).toEqual([['Not fetched', '—']]);
  });

  it('says of both files what is known of one of them', () => {
    expect(differences(remote({ size: 8e6, etag: '"a"' }), remote({ size: 9e6, etag: '"b"' }))).toEqual([
      ['Size', '8\u00a0MB', '9\u00a0MB'],
      ['ETag', '"a"', '"b"'],
    ]);
    expect(differences(null, remote({ size: 9e6 }))).toEqual([['Size', '—', '9\u00a0MB']]);
    expect(differences(null, null)).toEqual([]);
  });
});

describe('what deeds say', () => {
  it('names what a check came to, what matters first', () => {
    const counts = { checked: 12, same: 8, fresh: 0, pinned: 1, changed: 2, failed: 1 };
    expect(words.checkResult(counts)).toBe(
      '12 files checked: 2 changed upstream, 1 could not be asked, 8 unchanged, 1 version that cannot change',
    );
    expect(words.checkResult({ ...counts, checked: 0, same: 0, pinned: 0, changed: 0, failed: 0 })).toBe('0 files checked: nothing to ask');
  });

  it('tells apart what changed and what failed', () => {
    const error = { cause: 'timeout', message: 'No answer within 30 s.', next: 'Try again.' } as const;
    expect(findingText({ found: 'failed', remote: null, error })).toBe('No answer within 30 s. Try again.');
    expect(findingText({ found: 'changed', remote: remote({ size: 9e6, etag: '"b"' }), error: null })).toBe(
      'changed upstream: 9\u00a0MB, "b"',
    );
    expect(findingText({ found: 'changed', remote: null, error: null })).toBe('changed upstream');
  });

  it('counts what is kept, and what is asked for again', () => {
    expect(words.kept(12, 3, 34e6, 0)).toBe('12 files are kept offline, 3 fetched, 34\u00a0MB.');
    expect(words.kept(12, 1, 34e6, 2)).toBe(
      '10 files are kept offline, 1 fetched, 34\u00a0MB. 2 files could not be fetched and will be tried again.',
    );
    expect(words.unkept(1)).toBe('1 file is no longer kept offline. Its copy may be dropped at any time.');
    expect(words.decided.take_new(2)).toBe('2 new files are taken. Values are being computed again.');
    expect(words.decided.keep(1)).toBe('What is here of 1 file is kept until it changes again.');
    expect(['s3://b/a/c.jpg', 'https://h/d/', 'https://h'].map(nameIn)).toEqual(['c.jpg', 'd/', 'h']);
  });
});
