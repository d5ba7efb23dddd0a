/** Mod and the wheel, or a pinch, make tiles larger and smaller; the tile under the pointer stays in place. */
import { type RefObject, useEffect, useRef } from 'react';
import type { Session } from '../../app/session.ts';
import { tileHeightBy } from '../look/look-store.ts';
import type { Anchor, TileStage } from './tile-stage.ts';

/** A turn of the wheel, or as much of a pinch, is one step of the size. */
const zoomStep = 40;

/** Gives the tile that is to stay in place when the size changes next; whoever takes it sets it to null. */
export function useWheelZoom(session: Session, stage: TileStage, scroller: RefObject<HTMLDivElement | null>): RefObject<Anchor | null> {
  const pointed = useRef<Anchor | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let turned = 0;
    // React's own listener cannot keep the page from zooming.
    function zoom(event: WheelEvent): void {
      // A pinch comes as a wheel with Ctrl on every system.
      if (!element || (!event.ctrlKey && !(session.isMac && event.metaKey))) return;
      event.preventDefault();
      turned += event.deltaY;
      if (Math.abs(turned) < zoomStep) return;
      const { tileHeight } = session.look.getState();
      const next = tileHeightBy(tileHeight, turned > 0 ? -1 : 1);
      turned = 0;
      if (next === tileHeight) return;
      const box = element.getBoundingClientRect();
      const row = stage.rowNear(event.clientX - box.left, event.clientY - box.top + stage.scroll.top);
      if (row !== null) {
        const { y, height } = stage.placeOf(row);
        pointed.current = { row, y: y + height / 2 - stage.scroll.top };
      }
      session.look.setState({ tileHeight: next });
    }
    element.addEventListener('wheel', zoom, { passive: false });
    return () => element.removeEventListener('wheel', zoom);
  }, [session, stage, scroller]);
  return pointed;
}
