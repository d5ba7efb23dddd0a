/** Puts the chosen theme on the document; `system` follows what the system says, also while the window is open. */
import { useEffect } from 'react';
import { useIn, useSession } from './session.ts';

/** Puts the chosen theme on the page. */
export function useTheme(): void {
  const session = useSession();
  const theme = useIn(session.layout, (state) => state.theme);
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      document.documentElement.dataset.theme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme]);
}
