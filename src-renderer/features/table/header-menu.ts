/** The menu of a column's header. */
import type { OrderKey } from '../../../src-shared/contract/views.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { clearSort, sortBy } from './follow-table.ts';
import { recomputeColumn, removeColumn } from './row-deeds.ts';

/** Only what can be done with this column stands in it. */
export function headerMenu(session: Session, column: Column, order: readonly OrderKey[], fit: () => void): MenuEntry[] {
  const { name } = column;
  const sorted = order.length > 0;
  const item = (label: string, onSelect: () => void): MenuEntry => ({ kind: 'item', label, onSelect });
  return [
    item(words.sortAscending, () => sortBy(session, name, { direction: 'asc', add: false })),
    item(words.sortDescending, () => sortBy(session, name, { direction: 'desc', add: false })),
    ...(sorted ? [item(words.addToSort, () => sortBy(session, name, { add: true })), item(words.clearSort, () => clearSort(session))] : []),
    { kind: 'line' },
    item(words.renameColumn, () => session.table.setState({ renaming: name })),
    item(words.fitWidth, fit),
    ...(column.kind === 'computed'
      ? [
          {
            kind: 'submenu' as const,
            label: words.recompute,
            entries: [
              item(words.recomputeAll, () => void recomputeColumn(session, name, false)),
              item(words.recomputeErrors, () => void recomputeColumn(session, name, true)),
            ],
          },
        ]
      : []),
    { kind: 'line' },
    item(words.removeColumn, () => void removeColumn(session, name)),
  ];
}
