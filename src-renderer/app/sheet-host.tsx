/** Where sheets and docked panels are drawn. */
import { type ReactNode, useCallback } from 'react';
import { useIn, useSession } from './session.ts';

/** The open sheet, over everything. */
export function SheetHost() {
  const session = useSession();
  const sheet = useIn(session.sheets, (state) => state.sheet);
  return sheet ? sheet(() => session.sheets.setState({ sheet: null })) : null;
}

/** The docked panel, or what else stands in its place. */
export function PanelHost({ otherwise }: { readonly otherwise: ReactNode }) {
  const session = useSession();
  const panel = useIn(session.sheets, (state) => state.panel);
  const close = useCallback(() => session.sheets.setState({ panel: null }), [session]);
  return panel ? panel(close) : otherwise;
}
