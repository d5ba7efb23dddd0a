import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../src-renderer');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
const tokens = readFileSync(join(root, 'ui/tokens.css'), 'utf8');
const modules = files
  .filter((file) => file.endsWith('.css') && !/tokens\.css|fonts\.css/.test(file))
  .map((file) => ({ file, css: readFileSync(join(root, file), 'utf8') }));
const scripts = files.filter((file) => /\.tsx?$/.test(file)).map((file) => readFileSync(join(root, file), 'utf8'));

function colours(theme: 'light' | 'dark'): Record<string, string> {
  const block = [...tokens.matchAll(/:root\[data-theme="(light|dark)"\]\s*\{([^}]*)\}/g)]
    .filter((match) => match[1] === theme)
    .map((match) => match[2]);
  return Object.fromEntries([...block.join('\n').matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]));
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one = '', other = ''): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['stage', 'content', 'chrome', 'raised', 'hover', 'select'];
const onFills = [
  ['on-accent', 'accent'],
  ['stale', 'stale-fill'],
  ['error', 'error-fill'],
] as const;

describe('tokens', () => {
  it.each(['light', 'dark'] as const)('keep text at 4.5 and shapes at 3 on every surface of the %s theme', (theme) => {
    const palette = colours(theme);
    const weak = [
      ...['text1', 'text2', 'text3', 'accent', 'ok', 'running', 'stale', 'error', 'focus'].map((name) => [name, 4.5] as const),
      ['control', 3] as const,
    ].flatMap(([name, least]) => {
      const worst = Math.min(...surfaces.map((surface) => contrast(palette[name], palette[surface])));
      return worst < least ? [`${name} ${worst.toFixed(2)}`] : [];
    });
    const weakFills = onFills.flatMap(([text, fill]) => (contrast(palette[text], palette[fill]) < 4.5 ? [`${text} on ${fill}`] : []));
    expect([...weak, ...weakFills]).toEqual([]);
  });

  it('are all defined where they are used, and all used', () => {
    const defined = new Set([...tokens.matchAll(/(--[\w-]+):/g)].map((match) => match[1]));
    const used = new Set(
      [...modules.map(({ css }) => css), tokens].flatMap((css) => [...css.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1])),
    );
    const given = new Set(scripts.flatMap((script) => [...script.matchAll(/'(--[\w-]+)'/g)].map((match) => match[1])));
    const fromLibrary = new Set(['--available-height']);
    expect([...used].filter((name) => name && !defined.has(name) && !given.has(name) && !fromLibrary.has(name))).toEqual([]);
    expect([...defined].filter((name) => !used.has(name))).toEqual([]);
  });

  it('are the only place of colours and lengths', () => {
    const strays = modules.flatMap(({ file, css }) =>
      css
        .split('\n')
        .filter((line) => !/^\s*@(?:media|container) /.test(line) && !/visually|1px;$/.test(line))
        .filter((line) => /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\b\d+(?:\.\d+)?(?:px|rem|em|ms)\b/i.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(strays).toEqual([]);
  });
});
