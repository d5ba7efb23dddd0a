/** The layers of the house, by dependency-cruiser and the table in `.dependency-cruiser.cjs`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root as project } from '../clone.mjs';
import { sourceFiles } from './source-files.ts';

/** What the layers are drawn over. */
const folders = ['src-shared', 'src-main', 'src-renderer'];

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
      readonly comment?: string;
    }[];
    readonly ruleSetUsed?: { readonly forbidden?: readonly { readonly name: string; readonly comment?: string }[] };
  };
}

/**
 * One line a finding: who imports whom against which rule, and why the rule is there. A cruise that saw fewer files than there are is a
 * finding too: without a parser for these sources the tool sees none and calls it good.
 */
export function checkLayers(root: string): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(project, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      join(project, '.dependency-cruiser.cjs'),
      '--output-type',
      'json',
      ...folders,
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  if (!stdout.startsWith('{')) return [`the layers could not be read: ${stderr.trim()}`];
  const { modules, summary } = JSON.parse(stdout) as Cruise;
  const seen = new Set(modules.map(({ source }) => source));
  const unseen = sourceFiles(root, folders, ['.ts', '.tsx']).filter(({ path }) => !path.endsWith('.d.ts') && !seen.has(path));
  const reasons = new Map(summary.ruleSetUsed?.forbidden?.map(({ name, comment }) => [name, comment]));
  return [
    ...summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}. ${reasons.get(rule.name) ?? ''}`.trim()),
    ...unseen.map(({ path }) => `${path} was not seen by the layer check`),
  ];
}
