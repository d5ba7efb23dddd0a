/** How the window is laid out: widths and open panes, theme and density. Remembered by the library, see `remember-layout.ts`. */
import * as z from 'zod/mini';
import { createStore } from 'zustand/vanilla';

/** Least, first and most width of the panes, in px. */
export const paneLimits = {
  sidebar: { min: 180, max: 400, initial: 240 },
  inspector: { min: 260, max: 480, initial: 320 },
} as const;
export type Pane = keyof typeof paneLimits;

/** Least and first height of the bottom panel, in px, and the most of the window's height that it takes. */
export const panelLimits = { min: 120, initial: 240, mostOfWindow: 0.6 } as const;
/** What the bottom panel shows. */
export const panelTabs = ['jobs', 'errors', 'links'] as const;
export type PanelTab = (typeof panelTabs)[number];

/** How high rows are. */
export const densities = { compact: 28, regular: 40, tall: 72 } as const;
export type Density = keyof typeof densities;
/** Which colours are used; `system` follows the computer. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** What is remembered, and how it is read back; anything else that is found there is left aside. */
export const RememberedLayout = z.object({
  sidebarWidth: z.number(),
  inspectorWidth: z.number(),
  sidebarOpen: z.boolean(),
  inspectorOpen: z.boolean(),
  theme: z.enum(themes),
  density: z.enum(['compact', 'regular', 'tall']),
  // What was remembered before there was a panel is still a layout.
  panelHeight: z._default(z.number(), panelLimits.initial),
  panelOpen: z._default(z.boolean(), false),
  panelTab: z._default(z.enum(panelTabs), 'jobs'),
});
export type RememberedLayout = z.infer<typeof RememberedLayout>;

export interface LayoutState extends RememberedLayout {
  /** Where the window is too narrow, a pane lies over the content while it is wanted. */
  readonly drawer: Pane | null;
}

/** A fresh layout. */
export function createLayoutStore() {
  return createStore<LayoutState>(() => ({
    sidebarWidth: paneLimits.sidebar.initial,
    inspectorWidth: paneLimits.inspector.initial,
    sidebarOpen: true,
    inspectorOpen: true,
    theme: 'system',
    density: 'compact',
    panelHeight: panelLimits.initial,
    panelOpen: false,
    panelTab: 'jobs',
    drawer: null,
  }));
}
export type LayoutStore = ReturnType<typeof createLayoutStore>;

/** Below these widths of the window, in px, a pane is a drawer. */
export const drawerBelow: Readonly<Record<Pane, number>> = { sidebar: 900, inspector: 1180 };

/** Opens or closes a pane, as a drawer where the window is too narrow for it. */
export function togglePane(layout: LayoutStore, pane: Pane, windowWidth: number): void {
  if (windowWidth < drawerBelow[pane]) {
    layout.setState((state) => ({ drawer: state.drawer === pane ? null : pane }));
    return;
  }
  const open = `${pane}Open` as const;
  layout.setState((state) => ({ [open]: !state[open] }));
}

/** Opens the bottom panel on a tab; a press on what is open there already closes it. */
export function togglePanel(layout: LayoutStore, tab: PanelTab): void {
  layout.setState((state) => ({ panelTab: tab, panelOpen: !(state.panelOpen && state.panelTab === tab) }));
}

/** Closes both side panes, or opens both where none is open. */
export function toggleBothPanes(layout: LayoutStore): void {
  layout.setState(({ sidebarOpen, inspectorOpen }) => {
    const open = !sidebarOpen && !inspectorOpen;
    return { sidebarOpen: open, inspectorOpen: open, drawer: null };
  });
}
