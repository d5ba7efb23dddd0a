/** A drag on empty space selects the tiles it meets. */
import { type PointerEvent, type RefObject, useRef, useState } from 'react';
import type { Session } from '../../app/session.ts';
import { joinedRanges, type Selection, select } from '../table/selection.ts';
import type { Span } from './tile-block.ts';
import type { TileStage } from './tile-stage.ts';

/** A press that moves less is a click, in px. */
const leastMove = 4;

/** On the stage, in px from its top left. */
export interface Marquee {
  readonly x: Span;
  readonly y: Span;
}

interface MarqueeHandlers {
  readonly marquee: Marquee | null;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
}

/** A click on empty space selects nothing; with Mod, what is selected stays and more comes to it. */
export function useMarquee(session: Session, stage: TileStage, scroller: RefObject<HTMLDivElement | null>): MarqueeHandlers {
  const began = useRef<{ x: number; y: number; before: Selection } | null>(null);
  const [marquee, setMarquee] = useState<Marquee | null>(null);

  function pointOf(event: PointerEvent): { x: number; y: number } {
    const box = scroller.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) + stage.scroll.top };
  }

  return {
    marquee,
    onPointerDown(event) {
      const element = scroller.current;
      const isTile = event.target instanceof Element && event.target.closest('[data-row]') !== null;
      const isBar = element !== null && event.clientX > element.getBoundingClientRect().left + element.clientWidth;
      if (event.button !== 0 || isTile || isBar || !element) return;
      const isAdding = event.shiftKey || (session.isMac ? event.metaKey : event.ctrlKey);
      const { selection } = session.table.getState();
      const before = isAdding ? selection : select(selection, { type: 'none' });
      session.table.setState({ selection: before });
      began.current = { ...pointOf(event), before };
      element.setPointerCapture(event.pointerId);
      // The press would take the focus away from the tiles.
      event.preventDefault();
    },
    onPointerMove(event) {
      const start = began.current;
      if (!start) return;
      const { x, y } = pointOf(event);
      if (!marquee && Math.hypot(x - start.x, y - start.y) < leastMove) return;
      const area = {
        x: { start: Math.min(x, start.x), end: Math.max(x, start.x) },
        y: { start: Math.min(y, start.y), end: Math.max(y, start.y) },
      };
      setMarquee(area);
      session.table.setState({ selection: { ...start.before, ranges: joinedRanges([...start.before.ranges, ...stage.rowsIn(area)]) } });
    },
    onPointerUp(event) {
      if (!began.current) return;
      began.current = null;
      setMarquee(null);
      scroller.current?.releasePointerCapture(event.pointerId);
    },
  };
}
