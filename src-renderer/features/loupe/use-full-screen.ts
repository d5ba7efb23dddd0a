/**
 * Keeps the screen as the loupe's store wants it. The whole page goes there, and its bars and panes give way (`shell.module.css`): menus,
 * sheets and toasts lie beside the loupe in the page, and would not be seen over an element that has the screen alone.
 */
import { useEffect } from 'react';
import { useIn, useSession } from '../../app/session.ts';

/** Put once into the loupe; the screen is given back when it closes. */
export function useFullScreen(): boolean {
  const { loupe } = useSession();
  const isWanted = useIn(loupe, (state) => state.isFullScreen);

  useEffect(() => {
    const has = document.fullscreenElement !== null;
    if (isWanted === has) return;
    // Refused where no key or button was pressed just now; then it stays as it is.
    const change = isWanted ? document.documentElement.requestFullscreen() : document.exitFullscreen();
    change.catch(() => loupe.setState({ isFullScreen: document.fullscreenElement !== null }));
  }, [loupe, isWanted]);

  useEffect(() => {
    const follow = () => loupe.setState({ isFullScreen: document.fullscreenElement !== null });
    document.addEventListener('fullscreenchange', follow);
    return () => {
      document.removeEventListener('fullscreenchange', follow);
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
      loupe.setState({ isFullScreen: false });
    };
  }, [loupe]);
  return isWanted;
}
