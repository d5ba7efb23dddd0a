/** Runs a program in our place: its streams, its exit code, its signals. */
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { root } from './clone.mjs';

/** The environment with the pinned Node and the project's own tools first on the PATH. */
export function childEnvironment(node) {
  const names = Object.keys(process.env).filter((name) => name.toUpperCase() === 'PATH');
  const path = names.map((name) => process.env[name]).join(delimiter);
  const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));
  return { ...rest, PATH: [dirname(node), join(root, 'node_modules', '.bin'), path].join(delimiter) };
}

/** Never returns to the caller: this process ends when and as the child does. */
export function runAndLeave(node, args, { cwd }) {
  const child = spawn(node, args, { cwd, stdio: 'inherit', env: childEnvironment(node) });
  // A terminal sends ^C to both; only the child decides what it means. What is sent to us alone is passed on.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Vitrine: ${node} could not be started (${error.message}).`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
