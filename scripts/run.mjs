/**
 * The way in, on any Node from 20.9 on and before anything is installed: `node scripts/run.mjs TASK …`.
 * It installs where the lock file says something new, builds where the sources do, and runs the task on the pinned Node.
 */
import { join } from 'node:path';
import { root } from './clone.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { findNode } from './find-node.mjs';
import { runAndLeave } from './run-child.mjs';

const script = (name) => join(root, 'scripts', name);
const tasks = {
  start: { file: script('start.ts'), isBuilt: true },
  build: { file: script('build.ts'), isBuilt: false },
  test: { file: script('test.ts'), isBuilt: true },
  check: { file: script('check.ts'), isBuilt: false },
  fix: { file: script('fix.ts'), isBuilt: false },
  bench: { file: script('bench.ts'), isBuilt: true },
  soak: { file: script('soak.ts'), isBuilt: true },
  package: { file: script('package.ts'), isBuilt: true },
  vitrine: { file: join(root, 'out', 'main', 'cli.js'), isBuilt: true },
};

const [name = '', ...args] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : null;
if (!task) {
  console.error(`Vitrine: there is no task “${name}”. The tasks are ${Object.keys(tasks).join(', ')}.`);
  process.exit(2);
}
ensureInstalled();
const node = findNode();
if (task.isBuilt) ensureBuilt(node);
// `npm run vitrine` starts in the clone; paths on its command line are meant from where npm was called.
const isFromNpm = name === 'vitrine' && process.env.npm_lifecycle_event === 'vitrine' && process.env.INIT_CWD;
runAndLeave(node, [task.file, ...args], { cwd: name === 'vitrine' ? (isFromNpm ? process.env.INIT_CWD : process.cwd()) : root });
