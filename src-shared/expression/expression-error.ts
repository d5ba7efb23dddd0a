/** Errors of expressions: a sentence, the place, and the nearest right name. */
import { type Failure, fail } from '../model/error.ts';
import { nearestName } from '../model/nearest-name.ts';

/** A stretch of the source, half-open, in UTF-16 units. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The failure `expression` at a place of the source. `next` says what to do; where a name is wrong, `wrong` and `candidates` find the one that
 * was meant, and the next step is to ask for it.
 */
export function expressionError(
  source: string,
  range: SourceRange,
  message: string,
  hint: { next?: string; wrong?: string; candidates?: Iterable<string> } = {},
): Failure {
  const start = Math.max(0, Math.min(range.start, source.length));
  const end = Math.max(start, Math.min(range.end, source.length));
  const before = source.slice(0, start).split('\n');
  const suggestion = hint.wrong !== undefined && hint.candidates ? nearestName(hint.wrong, hint.candidates) : null;
  return fail('expression', {
    message,
    next: suggestion === null ? (hint.next ?? 'Correct the expression.') : `Did you mean ${suggestion}?`,
    details: {
      position: { start, end, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
      ...(suggestion === null ? {} : { suggestion }),
    },
  });
}
