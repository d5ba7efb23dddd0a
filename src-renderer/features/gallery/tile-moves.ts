/** Keys that move the focus among tiles: in two dimensions, rows in reading order. */

/** Whether the row there is selected alone, the selection extended, or left as it is. */
export interface TileMove {
  readonly row: number;
  readonly effect: 'choose' | 'extend' | 'focus';
  /** True for moves to another line, which keep to their column. */
  readonly isVertical: boolean;
}

/** What a move needs of the stage. `x` is the column that is kept, in px. */
interface Lines {
  rowBeside(row: number, direction: 1 | -1, x: number): number;
  rowPageFrom(row: number, direction: 1 | -1, x: number): number;
}

/** Where a key leads, or null where it is no move among tiles. */
export function tileMove(key: string, at: { row: number; rowCount: number; x: number }, lines: Lines): TileMove | null {
  const [, modifier = '', plain = ''] = /^(Mod\+|Shift\+)?(\w+)$/.exec(key) ?? [];
  const { row, rowCount, x } = at;
  if (rowCount === 0) return null;
  const steps: Readonly<Record<string, () => number>> = {
    ArrowLeft: () => row - 1,
    ArrowRight: () => row + 1,
    ArrowUp: () => lines.rowBeside(row, -1, x),
    ArrowDown: () => lines.rowBeside(row, 1, x),
    PageUp: () => lines.rowPageFrom(row, -1, x),
    PageDown: () => lines.rowPageFrom(row, 1, x),
    Home: () => 0,
    End: () => rowCount - 1,
  };
  const step = steps[plain];
  if (!step) return null;
  const isVertical = plain === 'ArrowUp' || plain === 'ArrowDown' || plain.startsWith('Page');
  const effect = modifier === 'Shift+' ? 'extend' : modifier === 'Mod+' && plain.startsWith('Arrow') ? 'focus' : 'choose';
  return { row: Math.min(Math.max(0, step()), rowCount - 1), effect, isVertical };
}
