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

/** Back to the rows, from the filter field. */
export function focusContent(): void {
  document
    .querySelector<HTMLElement>('[data-pane="content"]')
    ?.querySelector<HTMLElement>('[role="grid"] [tabindex="0"], [tabindex="0"]')
    ?.focus();
}

/** To the chosen tab of the bottom panel, where what was below it had the focus and is gone. */
export function focusPanelTab(): void {
  document.querySelector<HTMLElement>('[data-pane="panel"] [role="tab"][aria-selected="true"]')?.focus();
}

/** Goes to the next pane that can take the focus, or the previous one. */
export function focusNextPane(direction: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>(paneSelector)].filter((pane) => pane.querySelector(firstStop));
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + direction + panes.length) % panes.length];
  next?.querySelector<HTMLElement>(firstStop)?.focus();
}
