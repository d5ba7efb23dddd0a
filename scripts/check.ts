/** `npm run check`: types, format, lint, layers, docstrings, notes, tokens, the lock file. Writes nothing. */
import { checkDocstrings } from './checks/docstrings.ts';
import { checkLayers } from './checks/layers.ts';
import { checkLockFile } from './checks/lock-file.ts';
import { checkNotes } from './checks/notes.ts';
import { checkTokens } from './checks/tokens.ts';
import { root } from './clone.mjs';
import { biome, runStep } from './run-step.ts';

const projects = ['src-shared', 'src-main', 'src-renderer', 'test'];

/** A check of ours: no finding is good. */
function runCheck(name: string, check: (root: string) => readonly string[]): boolean {
  const findings = check(root);
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) console.error(`✗ ${name}`);
  return findings.length === 0;
}

const steps: readonly (() => boolean)[] = [
  () => runStep('format and lint', biome, ['check', '--error-on-warnings', '.']),
  ...projects.map((project) => () => runStep(`types of ${project}`, 'node_modules/typescript/bin/tsc', ['-p', project])),
  () => runCheck('layers', checkLayers),
  () => runCheck('docstrings', checkDocstrings),
  () => runCheck('notes', checkNotes),
  () => runCheck('tokens', checkTokens),
  () => runCheck('lock file', checkLockFile),
];
// All of them run, so that one look shows everything that is wrong.
const failed = steps.map((step) => step()).filter((isGood) => !isGood).length;
if (failed > 0) process.exitCode = 1;
else console.log('check: all good');
