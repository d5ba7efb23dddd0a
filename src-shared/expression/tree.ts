/** The checked tree: plain data, so that it can be kept, compared and sent. Operations are named by their key in the table. */
import type { CellValue } from '../model/cell.ts';
import type { ExpressionType } from './expression.ts';
import type { ParameterKind } from './types.ts';

/** A node of a checked expression. `start` and `end` are its place in the source. */
export type TreeNode = { readonly type: ExpressionType; readonly start: number; readonly end: number } & (
  | { readonly kind: 'literal'; readonly value: CellValue }
  | { readonly kind: 'column'; readonly name: string }
  | { readonly kind: 'field'; readonly column: string; readonly field: string }
  | { readonly kind: 'cell'; readonly column: string; readonly asks: 'state' | 'cause' }
  | { readonly kind: 'list'; readonly items: readonly TreeNode[] }
  | { readonly kind: 'map'; readonly keys: readonly TreeNode[]; readonly values: readonly TreeNode[] }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly overload: number;
      readonly arguments: readonly TreeNode[];
      readonly kinds: readonly ParameterKind[];
    }
);
