import { expect, test } from 'vitest';
import { entryIdOf, fileNameOf, isEntryName, validatorOf } from '../../src-main/cache/entry-name.ts';
import { referenceOf } from './cache-room.ts';

test.each([
  ['s3://bucket/a/Été à la plage (2), n° 3.JPG', null, 'Été à la plage (2), n° 3.JPG'],
  ['s3://bucket/日本語 🎞.mp4', null, '日本語 🎞.mp4'],
  ['s3://bucket/a:b*c?d"e<f>g|h\\i.png', null, 'a_b_c_d_e_f_g_h_i.png'],
  ['s3://bucket/tab\there.png', null, 'tab_here.png'],
  ['s3://bucket/ends with dots . .', null, 'ends with dots'],
  ['s3://bucket/CON.jpg', null, '_CON.jpg'],
  ['s3://bucket/lpt1', null, '_lpt1'],
  ['s3://bucket/console.jpg', null, 'console.jpg'],
  ['s3://bucket/..', 'image/png', 'file.png'],
  ['s3://bucket/folder/', null, 'file'],
  ['https://example.org/picture', 'image/jpeg', 'picture.jpg'],
  ['https://example.org/picture', 'text/odd', 'picture'],
  ['https://example.org/version 2.0 of it', 'image/webp', 'version 2.0 of it.webp'],
  ['https://example.org/a%20b.JPG?size=1', 'image/png', 'a b.JPG'],
  ['https://example.org/100%.png', null, '100%.png'],
])('%s is handed out as the name that every system allows', (address, type, name) => {
  expect(fileNameOf(referenceOf(address), type)).toBe(name);
});

test('a name that is too long is cut between characters, and keeps its extension', () => {
  const name = fileNameOf(referenceOf(`s3://bucket/${'é'.repeat(300)}.jpeg`), null);
  expect(name).toBe(`${'é'.repeat(125)}.jpeg`);
  expect(Buffer.byteLength(name)).toBe(255);
});

test('two states of one object have two ids, as have two objects', () => {
  const { canonical } = referenceOf('s3://bucket/key');
  const other = referenceOf('s3://bucket/key2').canonical;
  const ids = [entryIdOf(canonical, '"1"', 0), entryIdOf(canonical, '"2"', 0), entryIdOf(other, '"1"', 0), entryIdOf(canonical, '"1"', 1)];
  expect(new Set(ids).size).toBe(4);
  expect(ids.every((id) => isEntryName(id) && isEntryName(`${id}.part`))).toBe(true);
  expect(['notes.txt', 'vitrine-cache.txt', `${ids[0]}.jpg`].map(isEntryName)).toEqual([false, false, false]);
});

test('a state is told by its ETag, else by the time of its last change', () => {
  expect([
    validatorOf({ etag: '"1"', modified: '2026-01-01T00:00:00Z' }),
    validatorOf({ etag: null, modified: '2026-01-01T00:00:00Z' }),
    validatorOf({ etag: null, modified: null }),
  ]).toEqual(['"1"', '2026-01-01T00:00:00Z', '']);
});
