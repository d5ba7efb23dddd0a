/** What is typed into the filter field: an expression over the row, or plain words that are looked for in names and texts. */
import type { ErrorCause } from '../../../src-shared/model/error.ts';
import type { Column } from '../../../src-shared/model/table.ts';

/** What only expressions have: an operator, a call, quotes, or a lone name of a column followed by something. */
const looksLikeExpression = /[=<>!&|()"'?[\]{}]|\s[+*/%-]\s|\b(?:true|false|null)\b/;

/**
 * The filter for what was typed, or undefined for nothing. Plain words must all occur, whatever their case, in the address or a text of
 * the row; in a table with neither they are taken as an expression, whose error then says why.
 */
export function filterOf(typed: string, columns: readonly Column[]): string | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  if (looksLikeExpression.test(text)) return text;
  const boolean = columns.find((column) => column.name === text && column.type === 'bool');
  if (boolean) return text;
  const searched = columns.flatMap((column) => {
    if (column.kind === 'media') return [`${column.name}.fileurl`];
    return column.type === 'string' && !column.isVolatile ? [column.name] : [];
  });
  if (searched.length === 0) return text;
  return text
    .toLowerCase()
    .split(/\s+/)
    .map((word) => `(${searched.map((value) => `lower(${value}).contains(${JSON.stringify(word)})`).join(' || ')})`)
    .join(' && ');
}

/** The filter that leaves the rows in which one of these columns failed for that cause. */
export function causeFilter(columns: readonly string[], cause: ErrorCause): string {
  return columns.map((column) => `cause(${column}) == ${JSON.stringify(cause)}`).join(' || ');
}
