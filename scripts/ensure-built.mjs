/** Builds out/ where the sources are not those of the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './clone.mjs';
import { childEnvironment } from './run-child.mjs';
import { withLock } from './with-lock.mjs';

const inputs = [
  'src-shared',
  'src-main',
  'src-renderer',
  'electron.vite.config.ts',
  'tsconfig.base.json',
  'package-lock.json',
  'package.json',
];
const stamp = join(root, 'out', '.built-from');

function* filesOf(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isDirectory()) yield `${path} ${stats.size} ${stats.mtimeMs}`;
  else for (const name of readdirSync(path).sort()) yield* filesOf(join(path, name));
}

/** Names, sizes and times: reading every file would be felt at each command. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const input of inputs) for (const line of filesOf(join(root, input))) hash.update(`${line}\n`);
  return hash.digest('hex');
}

function isBuilt(want) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === want;
}

/** Leaves with the build's exit code where it fails; then the next start builds again. */
export function ensureBuilt(node) {
  if (isBuilt(fingerprint())) return;
  withLock('build', {
    onWait: () => console.error('Vitrine: another start is building; waiting for it …'),
    work() {
      const want = fingerprint();
      if (isBuilt(want)) return;
      console.error('Vitrine: building …');
      rmSync(stamp, { force: true });
      const { status } = spawnSync(node, [join(root, 'scripts', 'build.ts')], {
        cwd: root,
        stdio: ['ignore', 2, 2],
        env: childEnvironment(node),
      });
      if (status !== 0) process.exit(status ?? 1);
      mkdirSync(join(root, 'out'), { recursive: true });
      writeFileSync(stamp, want);
    },
  });
}
