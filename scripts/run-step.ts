/** One program of a longer task, its name and seconds said when it fails. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './clone.mjs';

/** Runs a file of an installed tool (path below node_modules) or of this project on this Node; true where it ended well. */
export function runStep(name: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  const { status } = spawnSync(process.execPath, [join(root, file), ...args], { cwd: root, stdio: 'inherit', env });
  if (status !== 0) console.error(`✗ ${name}`);
  return status === 0;
}

export const biome = 'node_modules/@biomejs/biome/bin/biome';
export const vitest = 'node_modules/vitest/vitest.mjs';
