/** Keys that move the focus in the grid, as UX orders them: Home and End are rows, Mod with an arrow goes to the row's ends. */
import type { Focus } from './selection.ts';

/** How far there is to go. `page` is how many whole rows fit on the screen. */
export interface GridSize {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly page: number;
}

/** Where a key leads, and whether the row there is selected, the selection extended, or left as it is. */
export interface Move {
  readonly focus: Focus;
  readonly effect: 'choose' | 'extend' | 'focus';
}

type Step = (focus: Focus, size: GridSize) => Focus;

const steps: Readonly<Record<string, Step>> = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  Home: ({ column }) => ({ row: 0, column }),
  End: ({ column }, { rowCount }) => ({ row: rowCount - 1, column }),
  PageUp: ({ row, column }, { page }) => ({ row: Math.max(0, row - page), column }),
  PageDown: ({ row, column }, { page }) => ({ row: row + page, column }),
  'Mod+ArrowLeft': ({ row }) => ({ row, column: 0 }),
  'Mod+ArrowRight': ({ row }, { columnCount }) => ({ row, column: columnCount - 1 }),
  'Mod+ArrowUp': ({ row, column }) => ({ row: row - 1, column }),
  'Mod+ArrowDown': ({ row, column }) => ({ row: row + 1, column }),
  'Mod+Home': () => ({ row: 0, column: 0 }),
  'Mod+End': (_, { rowCount, columnCount }) => ({ row: rowCount - 1, column: columnCount - 1 }),
};

const withoutSelecting = new Set(['Mod+ArrowUp', 'Mod+ArrowDown']);

/** The keys that move, for the test that no command takes one of them. */
export const moveKeys: readonly string[] = Object.keys(steps).flatMap((key) => [key, `Shift+${key}`]);

/** Where the key leads, or null where it is no move. From the header, moves stay among headers until one goes down. */
export function moveBy(key: string, focus: Focus, size: GridSize): Move | null {
  const isExtending = key.startsWith('Shift+');
  const plainKey = isExtending ? key.slice('Shift+'.length) : key;
  const step = steps[plainKey];
  if (!step || size.columnCount === 0) return null;
  const wanted = step(focus, size);
  const row = Math.min(Math.max(-1, wanted.row), size.rowCount - 1);
  const column = Math.min(Math.max(0, wanted.column), size.columnCount - 1);
  if (row < 0) return { focus: { row, column }, effect: 'focus' };
  return { focus: { row, column }, effect: isExtending ? 'extend' : withoutSelecting.has(plainKey) ? 'focus' : 'choose' };
}
