/** Installs the dependencies where node_modules is not what package-lock.json says. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { giveUp, root } from './clone.mjs';
import { withLock } from './with-lock.mjs';

const stamp = join(root, 'node_modules', '.vitrine-lock');

/** A hash and no times: git gives the lock file and the checkout the same ones. */
function wanted() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

function isInstalled(want) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === want;
}

/** npm by the file that runs us where there is one, since `npm` is a shell script on Windows. Development tools are wanted whatever the user's npm leaves out. */
function runNpm() {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
  const npm = process.env.npm_execpath ?? '';
  const options = { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, NODE_ENV: '' } };
  return basename(npm) === 'npm-cli.js'
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** Leaves with a sentence where this Node is too old or the installation fails. */
export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 9)) giveUp(`it needs Node 20.9 or newer to install itself; this is ${process.version}.`);
  const want = wanted();
  if (isInstalled(want)) return;
  withLock('install', {
    onWait: () => console.error('Vitrine: another start is installing the dependencies; waiting for it …'),
    work() {
      if (isInstalled(want)) return;
      console.error('Vitrine: installing dependencies (npm ci), once …');
      const { status, error } = runNpm();
      if (error) giveUp(`npm could not be started (${error.message}). Install npm, which comes with Node, and start again.`);
      if (status !== 0) giveUp('the dependencies could not be installed; npm said why above. Start again when that is solved.');
      writeFileSync(stamp, want);
    },
  });
}
