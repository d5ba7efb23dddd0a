/** `npm run package`: the app as this system installs it, in dist/. Arguments go to electron-builder (`-- --dir`). */
import { runStep } from './run-step.ts';

const isPacked =
  runStep('notices', 'scripts/write-notices.ts', []) &&
  runStep('package', 'node_modules/electron-builder/cli.js', ['--publish', 'never', ...process.argv.slice(2)]);
if (!isPacked) process.exitCode = 1;
