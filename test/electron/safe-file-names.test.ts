import { expect, it } from 'vitest';
import { isPlayableName, safeFileName, safeFileNames } from '../../src-main/hosts/electron/safe-file-names.ts';

it.each([
  ['a.jpg', 'a.jpg'],
  ['a:b?*"<>|\\/.jpg', 'a_b________.jpg'],
  ['tab\tname\u0000.png', 'tab_name_.png'],
  [' .. ', 'file'],
  ['trailing. . ', 'trailing'],
  ['.hidden', '.hidden'],
  ['CON', '_CON'],
  ['nul.txt', '_nul.txt'],
  ['console.txt', 'console.txt'],
  ['', 'file'],
])('names %j %j', (name, safe) => {
  expect(safeFileName(name)).toBe(safe);
});

it('cuts long names by bytes and keeps whole characters and the extension', () => {
  const name = safeFileName(`${'é😀'.repeat(200)}.jpeg`);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
  expect(name.endsWith('.jpeg')).toBe(true);
  expect(name.isWellFormed()).toBe(true);
});

it('gives each file of one folder a name of its own, whatever the file system thinks of capitals and accents', () => {
  expect(safeFileNames(['a.jpg', 'A.jpg', 'a 2.jpg', 'a.jpg', '\u00e9', 'e\u0301'])).toEqual([
    'a.jpg',
    'A 2.jpg',
    'a 2 2.jpg',
    'a 3.jpg',
    '\u00e9',
    'e\u0301 2',
  ]);
});

it('opens by the system what ends as a film or sound does, and no program', () => {
  const names = ['a.mov', 'A.MKV', 'song.wma', 'a.mov.exe', 'a.desktop', 'mov', 'a.mp4.lnk', 'a.sh'];
  expect(names.filter(isPlayableName)).toEqual(['a.mov', 'A.MKV', 'song.wma']);
});
