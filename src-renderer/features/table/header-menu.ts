/** The menu of a column's header. */
import type { OrderKey } from '../../../src-shared/contract/views.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { sayError } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { clearSort, sortBy } from './follow-table.ts';
import { recomputeColumn, removeColumn } from './row-deeds.ts';
import { showColumns } from './show-columns.ts';
import type { ShownColumn } from './shown-columns.ts';

/** What the grid does for its header. */
export interface HeaderDeeds {
  readonly fit: () => void;
  readonly edit: () => void;
}

/** A column that is only shown can be kept, or go. */
function shownMenu(session: Session, column: Column, fit: () => void): MenuEntry[] {
  const { shown } = session.table.getState();
  const one = shown[-1 - column.id];
  if (!one) return [];
  const rest = shown.filter((other) => other !== one);
  return [
    ...(one.isPreview ? [] : [{ kind: 'item' as const, label: words.keep, onSelect: () => void keepShown(session, one, rest) }]),
    { kind: 'item', label: words.fitWidth, onSelect: fit },
    { kind: 'line' },
    { kind: 'item', label: words.removeColumn, onSelect: () => showColumns(session, rest) },
  ];
}

async function keepShown(session: Session, one: ShownColumn, rest: readonly ShownColumn[]): Promise<void> {
  const { table } = session.table.getState();
  if (!table) return;
  const answer = await session.client.columns.addComputed({
    table: table.id,
    name: one.name,
    expression: one.expression,
    compute: 'background',
  });
  if (answer.ok) showColumns(session, rest);
  else sayError(session.notices, answer.error);
}

/** Only what can be done with this column stands in it. */
export function headerMenu(session: Session, column: Column, order: readonly OrderKey[], deeds: HeaderDeeds): MenuEntry[] {
  if (column.id < 0) return shownMenu(session, column, deeds.fit);
  const { name } = column;
  const sorted = order.length > 0;
  const item = (label: string, onSelect: () => void): MenuEntry => ({ kind: 'item', label, onSelect });
  return [
    item(words.sortAscending, () => sortBy(session, name, { direction: 'asc', add: false })),
    item(words.sortDescending, () => sortBy(session, name, { direction: 'desc', add: false })),
    ...(sorted ? [item(words.addToSort, () => sortBy(session, name, { add: true })), item(words.clearSort, () => clearSort(session))] : []),
    { kind: 'line' },
    item(words.renameColumn, () => session.table.setState({ renaming: name })),
    item(words.fitWidth, deeds.fit),
    ...(column.kind === 'computed'
      ? [
          item(words.editExpression, deeds.edit),
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
