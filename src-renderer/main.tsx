/** The window's entry: connects, makes the session, draws the shell. */
import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { createRoot } from 'react-dom/client';
import { createSession } from './app/create-session.ts';
import { SessionContext } from './app/session.ts';
import { Shell } from './app/shell.tsx';
import { connect } from './connection/connect.ts';
import { TooltipProvider } from './ui/tooltip.tsx';

const tooltipDelayMilliseconds = 500;

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element #root.');
const session = createSession(connect(), { isMac: /mac/i.test(navigator.platform), now: () => Date.now() });

createRoot(root).render(
  <CSPProvider disableStyleElements>
    <SessionContext value={session}>
      <TooltipProvider delay={tooltipDelayMilliseconds}>
        <Shell />
      </TooltipProvider>
    </SessionContext>
  </CSPProvider>,
);
