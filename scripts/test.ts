/** `npm test`: the check, then every test. With arguments (`npm test -- test/cache`) only those tests. */
import { runStep, vitest } from './run-step.ts';

const args = process.argv.slice(2);
const isChecked = args.length > 0 || runStep('check', 'scripts/check.ts', []);
const isTested = runStep('tests', vitest, ['run', ...args]);
if (!isChecked || !isTested) process.exitCode = 1;
