/** Every exported function, class and value of the sources says in words what it is. */
import { sourceFiles } from './source-files.ts';

const declaration = /^export (?:declare )?(?:async )?(?:abstract )?(function\*?|class|const|let) (\w+)/;

/** The docstring that ends on the line before `index`, or null. */
function docstringBefore(lines: readonly string[], index: number): string | null {
  if (!lines[index - 1]?.trimEnd().endsWith('*/')) return null;
  for (let start = index - 1; start >= 0; start -= 1) {
    const line = lines[start]?.trimStart() ?? '';
    if (line.startsWith('/**')) return lines.slice(start, index).join('\n');
    if (line.startsWith('/*')) return null;
  }
  return null;
}

/** The words of a docstring, tags and their texts left out. */
function proseOf(docstring: string): string {
  return docstring
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .join('\n')
    .replace(/(^|\n)@\w+[\s\S]*$/, '')
    .trim();
}

/** One line a finding: `path:line name …`. Components of the page are named by what they show and need none. */
export function checkDocstrings(root: string): string[] {
  return sourceFiles(root, ['src-shared', 'src-main', 'src-renderer'], ['.ts']).flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
      const name = declaration.exec(line)?.[2];
      if (name === undefined || lines[index - 1]?.startsWith(`export function ${name}(`)) return [];
      const docstring = docstringBefore(lines, index);
      if (docstring === null) return isOverload(lines, index, name) ? [] : [`${path}:${index + 1} ${name} has no docstring`];
      return proseOf(docstring) === '' ? [`${path}:${index + 1} the docstring of ${name} has tags only`] : [];
    });
  });
}

/** A later signature of the same function: the first one is documented. */
function isOverload(lines: readonly string[], index: number, name: string): boolean {
  return lines.slice(0, index).some((line) => line.startsWith(`export function ${name}(`));
}
