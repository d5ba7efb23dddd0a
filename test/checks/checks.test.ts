import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkDocstrings } from '../../scripts/checks/docstrings.ts';
import { checkLockFile } from '../../scripts/checks/lock-file.ts';
import { checkNotes } from '../../scripts/checks/notes.ts';
import { checkTokens } from '../../scripts/checks/tokens.ts';

const folders: string[] = [];

function tree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'vitrine-checks-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('an export without a docstring, or with tags only, is found by line and name', () => {
  const root = tree({
    'src-shared/a.ts': [
      '/** What it is. */',
      'export const good = 1;',
      'export function bare(): void {}',
      '/** @param x a number */',
      'export function tagged(x: number): number { return x; }',
      '/* not a docstring */',
      'export class Plain {}',
      'const inner = 1;',
    ].join('\n'),
  });
  expect(checkDocstrings(root)).toEqual([
    'src-shared/a.ts:3 bare has no docstring',
    'src-shared/a.ts:5 the docstring of tagged has tags only',
    'src-shared/a.ts:7 Plain has no docstring',
  ]);
});

test('a pointer to a note that nobody tells is found, and one that is told is not', () => {
  const root = tree({
    'src-main/a.ts': '/**\n * Note: why one writer. SQLite has one.\n */\n',
    'src-main/b.ts': '// see Note: why one writer\n// see Note: why two readers\n',
  });
  expect(checkNotes(root)).toEqual(['src-main/b.ts points to the note "why two readers", which nobody tells']);
});

test('a token that is missing, unused or gone round is found', () => {
  const root = tree({
    'src-renderer/ui/tokens.css': ':root {\n  --space-8: 8px;\n  --idle: 1px;\n  --accent: #0e6455;\n}\n',
    'src-renderer/ui/a.module.css':
      '.a {\n  padding: var(--space-8);\n  margin: 7px;\n  color: #fff;\n  background: var(--acent);\n  outline-color: var(--accent);\n}\n',
  });
  expect(checkTokens(root)).toEqual([
    'src-renderer/ui/a.module.css:5 --acent is not defined',
    'src-renderer/ui/a.module.css:4 a colour outside the tokens: color: #fff;',
    'src-renderer/ui/a.module.css:3 a length off the scale: 7px',
    'src-renderer/ui/tokens.css --idle is used nowhere',
  ]);
});

test('a lock file that names a registry is found', () => {
  const named = tree({ 'package-lock.json': '{"packages":{"a":{"resolved": "https://registry.example/a.tgz"}}}' });
  expect(checkLockFile(named)).toEqual(['package-lock.json names a registry in 1 places; install with omit-lockfile-registry-resolved']);
  expect(checkLockFile(tree({ 'package-lock.json': '{"packages":{"a":{"version":"1.0.0"}}}' }))).toEqual([]);
});
