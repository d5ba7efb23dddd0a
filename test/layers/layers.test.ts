import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkLayers } from '../../scripts/checks/layers.ts';

const project = join(import.meta.dirname, '..', '..');
const folders: string[] = [];

/** A small house with these files; each import target is made where it is missing. */
function house(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'vitrine-layers-'));
  folders.push(root);
  for (const folder of ['src-shared', 'src-main', 'src-renderer']) mkdirSync(join(root, folder));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  cpSync(join(project, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'), 'junction');
  return root;
}

/** Rules that are broken when `from` holds this line, beside a harmless target. */
function broken(from: string, line: string, target?: string): string[] {
  const findings = checkLayers(
    house({ [from]: `${line}\n`, ...(target ? { [target]: 'export const value = 1;\nexport type Value = number;\n' } : {}) }),
  );
  return findings.map((finding) => finding.split(':')[0] ?? '');
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('the sources keep to the layers, and every file was seen', () => {
  expect(checkLayers(project)).toEqual([]);
});

test.each([
  [
    'electron in the catalog',
    'src-main/catalog/rows.ts',
    "import { app } from 'electron';\nexport const name = app;",
    undefined,
    'electron-only-in-its-host',
  ],
  [
    'a type of electron in the catalog',
    'src-main/catalog/rows.ts',
    "import type { App } from 'electron';\nexport type A = App;",
    undefined,
    'electron-only-in-its-host',
  ],
  [
    'electron by a dynamic import',
    'src-main/api/rows.ts',
    "export const load = () => import('electron');",
    undefined,
    'electron-only-in-its-host',
  ],
  [
    'the core from the window',
    'src-renderer/app/a.ts',
    "import { value } from '../../src-main/catalog/catalog.ts';\nexport const a = value;",
    'src-main/catalog/catalog.ts',
    'renderer-knows-shared-only',
  ],
  [
    'a type of the core from the window',
    'src-renderer/app/a.ts',
    "import type { Value } from '../../src-main/catalog/catalog.ts';\nexport type A = Value;",
    'src-main/catalog/catalog.ts',
    'renderer-knows-shared-only',
  ],
  [
    'the core handed on by the window',
    'src-renderer/app/a.ts',
    "export { value } from '../../src-main/catalog/catalog.ts';",
    'src-main/catalog/catalog.ts',
    'renderer-knows-shared-only',
  ],
  [
    'the window from the core',
    'src-main/api/a.ts',
    "import { value } from '../../src-renderer/app/b.ts';\nexport const a = value;",
    'src-renderer/app/b.ts',
    'main-knows-no-renderer',
  ],
  [
    'the core from shared',
    'src-shared/model/a.ts',
    "import { value } from '../../src-main/log/log.ts';\nexport const a = value;",
    'src-main/log/log.ts',
    'shared-is-leaf',
  ],
  [
    'Node in shared',
    'src-shared/model/a.ts',
    "import { join } from 'node:path';\nexport const a = join;",
    undefined,
    'no-node-outside-main',
  ],
  [
    'Node in the window',
    'src-renderer/app/a.ts',
    "import { join } from 'node:path';\nexport const a = join;",
    undefined,
    'no-node-outside-main',
  ],
  [
    'the api from a room',
    'src-main/cache/a.ts',
    "import { value } from '../api/dispatch.ts';\nexport const a = value;",
    'src-main/api/dispatch.ts',
    'rooms-know-no-house',
  ],
  [
    'the library from a room',
    'src-main/cache/a.ts',
    "import type { Value } from '../library.ts';\nexport type A = Value;",
    'src-main/library.ts',
    'rooms-know-no-house',
  ],
  [
    'a host from the api',
    'src-main/api/a.ts',
    "import { value } from '../hosts/wire.ts';\nexport const a = value;",
    'src-main/hosts/wire.ts',
    'api-knows-no-host',
  ],
  [
    'behind the face of another room',
    'src-main/media/a.ts',
    "import { value } from '../catalog/rows.ts';\nexport const a = value;",
    'src-main/catalog/rows.ts',
    'rooms-meet-at-their-faces',
  ],
  [
    'how access is tested from another room',
    'src-main/links/a.ts',
    "import { value } from '../access/ways.ts';\nexport const a = value;",
    'src-main/access/ways.ts',
    'rooms-meet-at-their-faces',
  ],
  [
    'SQLite outside the catalog',
    'src-main/cache/a.ts',
    "import Database from 'better-sqlite3';\nexport const a = Database;",
    undefined,
    'sql-only-in-catalog',
  ],
  [
    'sharp outside the decode helper',
    'src-main/media/a.ts',
    "import sharp from 'sharp';\nexport const a = sharp;",
    undefined,
    'pictures-decode-in-the-helper',
  ],
  [
    'React in the core',
    'src-main/api/a.ts',
    "import { useState } from 'react';\nexport const a = useState;",
    undefined,
    'page-libraries-stay-in-the-page',
  ],
  [
    'a library nobody decided on in the window',
    'src-renderer/app/a.ts',
    "import { parse } from 'csv-parse';\nexport const a = parse;",
    undefined,
    'page-depends-on-its-own',
  ],
])('%s is refused', (_what, from, line, target, rule) => {
  expect(broken(from, line, target)).toContain(rule);
});

test('two files that need each other are refused, also by types alone', () => {
  const root = house({
    'src-shared/model/a.ts': "import type { B } from './b.ts';\nexport type A = B;\n",
    'src-shared/model/b.ts': "import type { A } from './a.ts';\nexport type B = A | null;\n",
  });
  expect(checkLayers(root).some((finding) => finding.startsWith('no-cycles'))).toBe(true);
});

test.each([
  [
    'a face of another room',
    'src-main/media/a.ts',
    "import type { Value } from '../catalog/catalog.ts';\nexport type A = Value;",
    'src-main/catalog/catalog.ts',
  ],
  [
    'shared from a room',
    'src-main/media/a.ts',
    "import { value } from '../../src-shared/model/b.ts';\nexport const a = value;",
    'src-shared/model/b.ts',
  ],
  [
    'shared from the window',
    'src-renderer/app/a.ts',
    "import { value } from '../../src-shared/model/b.ts';\nexport const a = value;",
    'src-shared/model/b.ts',
  ],
  ['electron in its host', 'src-main/hosts/electron/main.ts', "import { app } from 'electron';\nexport const a = app;", undefined],
  [
    'the library from a host',
    'src-main/hosts/cli/main.ts',
    "import { value } from '../../library.ts';\nexport const a = value;",
    'src-main/library.ts',
  ],
])('%s is allowed', (_what, from, line, target) => {
  expect(broken(from, line, target)).toEqual([]);
});
