import { describe, expect, it } from 'vitest';
import { keyMatcher } from '../../src-main/importing/key-glob.ts';
import { canonicalStart, nameBelow, readPrefix } from '../../src-main/importing/prefix-place.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';

const names = [
  'a.jpg',
  '.hidden.jpg',
  'x/a.jpg',
  'x//a.jpg',
  'x/../a.jpg',
  './a.jpg',
  '..',
  'x/\na.jpg',
  ' a .jpg ',
  'a[1].jpg',
  'a1.jpg',
  'é#?%20+.JPG',
  'x/b.png',
];

describe('a glob over keys', () => {
  it.each([
    ['**', names],
    ['*.jpg', ['a.jpg', '.hidden.jpg', 'a[1].jpg', 'a1.jpg']],
    ['**/a.jpg', ['a.jpg', 'x/a.jpg', 'x//a.jpg', 'x/../a.jpg', './a.jpg']],
    ['x/**', ['x/a.jpg', 'x//a.jpg', 'x/../a.jpg', 'x/\na.jpg', 'x/b.png']],
    ['x/*.jpg', ['x/a.jpg', 'x/\na.jpg']],
    ['**/*.{png,JPG}', ['é#?%20+.JPG', 'x/b.png']],
    ['a[1].jpg', ['a[1].jpg', 'a1.jpg']],
    ['a\\[1\\].jpg', ['a[1].jpg']],
    ['a?.jpg', ['a1.jpg']],
    ['!**/*.jpg', ['..', ' a .jpg ', 'é#?%20+.JPG', 'x/b.png']],
    ['+(a).jpg', []],
  ])('%s takes %j', (glob, taken) => {
    const matches = keyMatcher(glob);
    expect(names.filter((name) => matches(name))).toEqual(taken);
  });
});

describe('names below a prefix', () => {
  const local = { cwd: '/home/ann', home: '/home/ann', platform: 'posix' } as const;
  it.each([
    ['s3://b', 's3://b/x/a.jpg', 'x/a.jpg', 's3://b/'],
    ['s3://b/x/', 's3://b/x//a.jpg', '/a.jpg', 's3://b/x/'],
    ['s3://b/2026/IMG_', 's3://b/2026/IMG_1.jpg', 'IMG_1.jpg', 's3://b/2026/IMG_'],
    ['wasbs://c@acc.blob.core.windows.net/x/', 'az://acc/c/x/y/a.jpg', 'y/a.jpg', 'az://acc/c/x/'],
    ['pictures', '/home/ann/pictures/a b/c.jpg', 'a b/c.jpg', 'file:///home/ann/pictures/'],
    ['/home/ann/pictures/', '/home/ann/pictures/c.jpg', 'c.jpg', 'file:///home/ann/pictures/'],
    ['/', '/c.jpg', 'c.jpg', 'file:///'],
  ])('of %s: %s is %s, and all of them begin with %s', (text, listed, name, start) => {
    const prefix = readPrefix(text, local);
    const parsed = parseReference(listed, local);
    if (!parsed.ok || 'host' in parsed.value) throw new Error('No such thing is listed.');
    expect([nameBelow(prefix, parsed.value), canonicalStart(prefix)]).toEqual([name, start]);
    expect(parsed.value.canonical.startsWith(start)).toBe(true);
  });
});
