/** The list of errors as one run of lines: every group, and below the open one its cells. Pure places, as small for a million cells as for one. */
import type { ErrorGroup } from '../../../src-shared/contract/errors.ts';
import type { ErrorCause } from '../../../src-shared/model/error.ts';

export type ErrorItem =
  | { readonly kind: 'group'; readonly group: ErrorGroup; readonly place: number }
  /** `place` counts within the group. */
  | { readonly kind: 'cell'; readonly group: ErrorGroup; readonly place: number };

/** How many lines there are. */
export function itemCount(groups: readonly ErrorGroup[], open: ErrorCause | null): number {
  return groups.length + (groups.find(({ cause }) => cause === open)?.cells ?? 0);
}

/** The line at a place, or undefined outside. */
export function itemAt(groups: readonly ErrorGroup[], open: ErrorCause | null, index: number): ErrorItem | undefined {
  const openPlace = groups.findIndex(({ cause }) => cause === open);
  const group = groups[openPlace];
  const cells = group?.cells ?? 0;
  if (group && index > openPlace && index <= openPlace + cells) return { kind: 'cell', group, place: index - openPlace - 1 };
  const place = group && index > openPlace + cells ? index - cells : index;
  const found = groups[place];
  return found && { kind: 'group', group: found, place };
}

/** Where the group of a cause stands, or −1. */
export function placeOfGroup(groups: readonly ErrorGroup[], open: ErrorCause | null, cause: ErrorCause): number {
  const place = groups.findIndex((group) => group.cause === cause);
  const openPlace = groups.findIndex((group) => group.cause === open);
  return openPlace >= 0 && place > openPlace ? place + (groups[openPlace]?.cells ?? 0) : place;
}
