import { expect, it } from 'vitest';
import { linkForms } from '../../src-renderer/features/look/link-forms.ts';
import type { MediaCell } from '../../src-shared/model/cell.ts';

const cell = (typed: string, more: Partial<MediaCell> = {}): MediaCell => ({
  referenceId: 7,
  typed,
  canonical: typed,
  scheme: 'https',
  name: typed.slice(typed.lastIndexOf('/') + 1),
  kind: 'image',
  held: 'none',
  isKept: false,
  isChanged: false,
  width: null,
  height: null,
  duration: null,
  ...more,
});
const media = (id: number) => `http://127.0.0.1:1/media/${id}`;

it('gives one row in every form, and the file by the app’s own address', () => {
  const typed = 'https://h/a"b.jpg?sig=1&x=2';
  expect(linkForms([cell(typed, { canonical: 'https://h/a%22b.jpg?x=2', name: 'a:b.jpg' })], media)).toEqual({
    'text/uri-list': typed,
    'text/plain': typed,
    'text/html': '<img src="https://h/a&quot;b.jpg?sig=1&amp;x=2" alt="a:b.jpg">',
    DownloadURL: 'image/jpeg:a_b.jpg:http://127.0.0.1:1/media/7',
  });
});

it('gives several rows as lines and HTML alone, since a list of URIs carries one', () => {
  const cells = [cell('https://h/a.jpg'), cell('~/b.mp4', { scheme: 'file', canonical: 'file:///home/ann/b.mp4', kind: 'video' })];
  expect(linkForms(cells, media)).toEqual({
    'text/plain': 'https://h/a.jpg\nfile:///home/ann/b.mp4',
    'text/html': '<img src="https://h/a.jpg" alt="a.jpg">\n<a href="file:///home/ann/b.mp4">b.mp4</a>',
  });
});

it.each([
  ['s3://media/2026/a.jpg', 's3://media/2026/a.jpg'],
  ['s3://media/a#1 ?.jpg', undefined],
  ['gs://media/a%20b.jpg', undefined],
])('gives %s as a URI only where nobody reads its key as something else', (typed, uri) => {
  const forms = linkForms([cell(typed, { scheme: 's3' })], null);
  expect(forms['text/uri-list']).toBe(uri);
  expect(forms['text/plain']).toBe(typed);
  expect(forms.DownloadURL).toBeUndefined();
});
