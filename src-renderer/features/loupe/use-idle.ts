/** Whether the pointer has rested so long that what lies over the media may step back. */
import { type RefObject, useEffect, useState } from 'react';

/** Without the mouse for so long, in ms. */
const restMilliseconds = 2000;

/** True once the pointer has not moved over the element for a while. */
export function useIdle(element: RefObject<HTMLElement | null>): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    const over = element.current;
    if (!over) return;
    let timer: ReturnType<typeof setTimeout>;
    function wake(): void {
      clearTimeout(timer);
      setIdle(false);
      timer = setTimeout(() => setIdle(true), restMilliseconds);
    }
    wake();
    over.addEventListener('pointermove', wake);
    over.addEventListener('pointerdown', wake);
    return () => {
      clearTimeout(timer);
      over.removeEventListener('pointermove', wake);
      over.removeEventListener('pointerdown', wake);
    };
  }, [element]);
  return isIdle;
}
