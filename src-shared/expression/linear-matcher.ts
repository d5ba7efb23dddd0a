/** Regular expressions in linear time. Kept apart so that the window's bundle, which only checks expressions, does not carry RE2. */
import { RE2JS } from 're2js';
import type { TextMatcher } from './expression.ts';

/** Patterns kept compiled. Most expressions have one, as a literal. */
const maxKept = 100;
/** Longest pattern in characters; counted repetitions such as `a{1000}` grow when compiled, and RE2 itself refuses the largest. */
const maxPatternLength = 1000;

/** A matcher with the patterns it has compiled lately. */
export function createMatcher(): TextMatcher {
  const kept = new Map<string, RE2JS | null>();

  function compiled(pattern: string): RE2JS | null {
    const known = kept.get(pattern);
    if (known !== undefined) return known;
    const fresh = compile(pattern);
    if (kept.size >= maxKept) kept.clear();
    kept.set(pattern, fresh);
    return fresh;
  }

  return (text, pattern) => compiled(pattern)?.matcher(text).find() ?? null;
}

/** True where `matches` takes it as a pattern. */
export function isPattern(pattern: string): boolean {
  return compile(pattern) !== null;
}

function compile(pattern: string): RE2JS | null {
  if (pattern.length > maxPatternLength) return null;
  try {
    return RE2JS.compile(pattern);
  } catch {
    // RE2JS throws for every pattern that it does not read; there is nothing else to compile.
    return null;
  }
}
