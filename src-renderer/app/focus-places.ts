/** Where the keyboard can be sent: the filter field, and the panes in their order. */

const filterSelector = '[data-filter-field]';
const paneSelector = '[data-pane]';
const firstStop = '[tabindex="0"]:not([role="separator"]), button:not([tabindex="-1"]), input, textarea';

/** Puts the caret into the filter field, where there is one. */
export function focusFilter(): void {
  const field = document.querySelector<HTMLInputElement>(filterSelector);
  field?.focus();
  field?.select();
}

/** Back to the rows, from the filter field; to what lies over them, where something does. */
export function focusContent(): void {
  firstIn(document.querySelector('[data-pane="content"]'), '[role="grid"] [tabindex="0"], [tabindex="0"]')?.focus();
}

/** The first that can take the focus. */
function firstIn(pane: Element | null | undefined, selector: string): HTMLElement | undefined {
  return [...(pane?.querySelectorAll<HTMLElement>(selector) ?? [])].find((element) => !element.closest('[inert]'));
}

/** Goes to the next pane that can take the focus, or the previous one. */
export function focusNextPane(direction: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>(paneSelector)].filter((pane) => firstIn(pane, firstStop));
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + direction + panes.length) % panes.length];
  firstIn(next, firstStop)?.focus();
}

/** Opens the context menu of what has the focus, at its lower left corner, as a press of the right button does. */
export function openContextMenu(): void {
  const element = document.activeElement;
  if (!element) return;
  const { left, bottom } = element.getBoundingClientRect();
  const place = { clientX: left + 8, clientY: bottom - 4 };
  element.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2, ...place }));
}
