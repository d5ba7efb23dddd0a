/** One Tab stop for a list of lines with deeds: the arrows go from line to line and from deed to deed. */
import { type KeyboardEvent, type RefObject, useRef, useState } from 'react';

/** What a list needs of it. Elements that can be stopped at carry `data-stop="LINE DEED"`. */
export interface LineStops {
  readonly table: RefObject<HTMLTableElement | null>;
  /** Where Tab comes to. */
  readonly line: number;
  readonly deed: number;
  /** The focus came to this deed. */
  stopAt(line: number, deed: number): void;
  press(event: KeyboardEvent): void;
}

/** `lines` and `deeds` are how many there are; `onDelete` gets the line on which Delete was pressed. */
export function useLineStops({ lines, deeds, onDelete }: { lines: number; deeds: number; onDelete: (line: number) => void }): LineStops {
  const table = useRef<HTMLTableElement>(null);
  const [stop, setStop] = useState({ line: 0, deed: 0 });
  const line = Math.min(stop.line, lines - 1);
  const { deed } = stop;

  function go(to: { line: number; deed: number }): void {
    const next = { line: Math.min(Math.max(0, to.line), lines - 1), deed: Math.min(Math.max(0, to.deed), deeds - 1) };
    setStop(next);
    table.current?.querySelector<HTMLElement>(`[data-stop="${next.line} ${next.deed}"]`)?.focus();
  }

  function press(event: KeyboardEvent): void {
    const steps: Record<string, () => void> = {
      ArrowDown: () => go({ line: line + 1, deed }),
      ArrowUp: () => go({ line: line - 1, deed }),
      ArrowRight: () => go({ line, deed: deed + 1 }),
      ArrowLeft: () => go({ line, deed: deed - 1 }),
      Home: () => go({ line: 0, deed }),
      End: () => go({ line: lines - 1, deed }),
      Delete: () => onDelete(line),
    };
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    step();
  }

  return { table, line, deed, stopAt: (at, to) => setStop({ line: at, deed: to }), press };
}
