/** Style sheets speak in tokens: every `var()` is defined, every token used, no colour and no length off the scale outside the tokens. */
import { sourceFiles } from './source-files.ts';

const tokensPath = 'src-renderer/ui/tokens.css';
/** Lengths that are no design decision: hairlines, the 1 px and 2 px of lines, the whole. In px. */
const freeLengths = new Set(['0', '1px', '2px']);
/** Set on their popups by Base UI: https://base-ui.com/react/components/menu */
const setByLibrary = ['--available-height', '--available-width', '--anchor-width', '--transform-origin'];
const colour = /#[0-9a-f]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|color)\(/i;
const spacing = /^\s*(?:margin|padding|gap|row-gap|column-gap|border-radius|inset)(?:-[\w-]+)?:([^;]+);/gm;

function withoutComments(css: string): string {
  return css.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** One line a finding: `path:line what`. */
export function checkTokens(root: string): string[] {
  const sheets = sourceFiles(root, ['src-renderer'], ['.css']).map(({ path, text }) => ({ path, css: withoutComments(text) }));
  const code = sourceFiles(root, ['src-renderer'], ['.ts', '.tsx']);
  const tokens = sheets.find(({ path }) => path === tokensPath);
  if (!tokens) return [`${tokensPath} is missing`];
  const defined = new Set(
    [...sheets, ...code.map(({ path, text }) => ({ path, css: text }))].flatMap(({ css }) =>
      [...css.matchAll(/(--[\w-]+)['"]?\s*\]?:/g)].map(([, name]) => name),
    ),
  );
  for (const name of setByLibrary) defined.add(name);
  const used = new Set(
    [...sheets.map(({ css }) => css), ...code.map(({ text }) => text)].flatMap((text) =>
      [...text.matchAll(/var\(\s*(--[\w-]+)|['"`](--[\w-]+)['"`]\)/g)].map(([, name, read]) => name ?? read),
    ),
  );
  const findings: string[] = [];
  for (const { path, css } of sheets) {
    for (const found of css.matchAll(/var\(\s*(--[\w-]+)/g)) {
      if (!defined.has(found[1])) findings.push(`${path}:${lineOf(css, found.index)} ${found[1]} is not defined`);
    }
    if (path === tokensPath) continue;
    css.split('\n').forEach((line, index) => {
      if (colour.test(line)) findings.push(`${path}:${index + 1} a colour outside the tokens: ${line.trim()}`);
    });
    for (const found of css.matchAll(spacing)) {
      for (const length of (found[1] ?? '').replace(/\b(?:var|calc|env|max|min)\([^;]*\)/g, '').match(/-?[\d.]+(?:px|rem|em)\b/g) ?? []) {
        if (!freeLengths.has(length.replace(/^-/, '')))
          findings.push(`${path}:${lineOf(css, found.index)} a length off the scale: ${length}`);
      }
    }
  }
  for (const [, name = ''] of tokens.css.matchAll(/^\s*(--[\w-]+):/gm)) {
    if (!used.has(name)) findings.push(`${tokensPath} ${name} is used nowhere`);
  }
  return [...new Set(findings)];
}
