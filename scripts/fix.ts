/** `npm run fix`: formats and corrects what can be corrected by rule. */
import { biome, runStep } from './run-step.ts';

if (!runStep('format and lint', biome, ['check', '--write', '.'])) process.exitCode = 1;
