/**
 * `npm run bench`: every test/bench/*.bench.ts, one process each, as a table of ratios against a yardstick measured beside it, so that
 * a slow machine does not lie. Fails where a named target is missed. With arguments only the files whose name contains one of them.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './bench-figure.ts';
import { root } from './clone.mjs';

function verdict({ ratio, want }: Figure): 'met' | 'missed' | '' {
  if (!want) return '';
  return ('atMost' in want ? ratio <= want.atMost : ratio >= want.atLeast) ? 'met' : 'missed';
}

function wanted({ want }: Figure): string {
  if (!want) return '';
  return 'atMost' in want ? `≤ ${want.atMost}` : `≥ ${want.atLeast}`;
}

const folder = join(root, 'test', 'bench');
const asked = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts') && (asked.length === 0 || asked.some((part) => name.includes(part))))
  .sort();
let missed = 0;
for (const file of files) {
  const { run } = (await import(join(folder, file))) as { run: () => Promise<Figure[]> };
  console.log(`\n${file.replace('.bench.ts', '')}`);
  for (const figure of await run()) {
    const mark = verdict(figure);
    if (mark === 'missed') missed += 1;
    const value = `${Number(figure.value.toPrecision(4))} ${figure.unit}`;
    console.log(
      `  ${figure.name.padEnd(52)} ${value.padStart(16)}  ratio ${figure.ratio.toFixed(2).padStart(8)}  ${wanted(figure).padEnd(8)} ${mark}`,
    );
  }
}
if (files.length === 0) console.error('There is no such benchmark.');
if (missed > 0 || files.length === 0) process.exitCode = 1;
