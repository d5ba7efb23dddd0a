/** `npm run soak`: the long tests, and those that take fewer rounds in `npm test` with their full counts. */
import { runStep, vitest } from './run-step.ts';

if (!runStep('soak', vitest, ['run', ...process.argv.slice(2)], { ...process.env, VITRINE_SOAK: '1' })) process.exitCode = 1;
