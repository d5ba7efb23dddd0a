import { expect, test } from 'vitest';
import { formatInstant } from '../../src-renderer/app/format.ts';
import { archiveText } from '../../src-renderer/features/inspector/archive-text.ts';

test('the inspector says where an archived file stands, and nothing of others', () => {
  const until = '2026-12-03T00:00:00.000Z';
  const said = ([undefined, 'archived', 'restoring', 'restored'] as const).map((state) => {
    return archiveText(state === undefined ? {} : { archive: { state } });
  });
  expect([...said, archiveText({ archive: { state: 'restored', until } })]).toEqual([
    null,
    'Must be restored first',
    'Being restored',
    'Restored',
    `Restored until ${formatInstant(until)}`,
  ]);
});
