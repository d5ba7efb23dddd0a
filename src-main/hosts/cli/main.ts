/** Entry of the command line: gives `runCli` this process. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import packageFile from '../../../package.json' with { type: 'json' };
import { startChild } from '../../media/start-child.ts';
import { adoptingFromShell } from '../adopt-environment.ts';
import { hasDisplay } from '../browser/open-page.ts';
import { serve } from '../browser/serve.ts';
import { plainNodeInstallation } from '../installation.ts';
import { connectLibrary } from '../local-socket/connect.ts';
import { trustSystemCertificates } from '../trust-system-certificates.ts';
import { askTerminal } from './ask-terminal.ts';
import { runCli } from './run-cli.ts';

const installation = plainNodeInstallation(import.meta.url, packageFile.version);
// `serve` opens the browser host in this process, so this holds for it too.
const whenTrusted = trustSystemCertificates(process.env);
const stop = new AbortController();
let stops = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stops += 1;
    stop.abort();
    // Who asks twice wants out now; what was acknowledged is safe.
    if (stops > 1) process.exit(130);
  });
}
// A reader that closes its end early (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const opening = (folder: string, env: Readonly<Record<string, string>> = {}) => ({
  folder,
  env: { ...process.env, ...env },
  home: homedir(),
  installation,
  startDecoder: startChild({ node: installation.node, script: installation.decodeHelper }),
  whenTrusted,
});

process.exitCode = await runCli(
  process.argv.slice(2),
  {
    connect: ({ folder, env }) => connectLibrary(opening(folder, env)),
    serve: ({ folder, ...options }) => {
      const open = opening(folder);
      // An icon of the desktop may start this too; a service of the system has no display and says its environment itself.
      const isOfDesktop = options.showPage && hasDisplay({ env: open.env, platform: process.platform });
      return serve({ open: isOfDesktop ? { ...open, ...adoptingFromShell(open.env) } : open, ...options });
    },
    readInput: () => text(process.stdin),
    out: (chunk) => void process.stdout.write(chunk),
    whenDrained: () =>
      process.stdout.writableNeedDrain ? new Promise((resolve) => process.stdout.once('drain', () => resolve())) : Promise.resolve(),
    err: (chunk) => void process.stderr.write(chunk),
    askTerminal:
      process.stdin.isTTY && process.stderr.isTTY
        ? (prompt, asking) =>
            askTerminal(prompt, {
              ...asking,
              input: process.stdin,
              output: process.stderr,
              interrupt: () => process.kill(process.pid, 'SIGINT'),
            })
        : null,
    isTerminal: process.stderr.isTTY ?? false,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    sample: join(installation.assets, 'sample'),
    signal: stop.signal,
  },
  packageFile.version,
);
