/** Commands about buckets. */
import type { Table } from '../../../src-shared/model/table.ts';
import type { Command } from '../../app/command.ts';
import type { Session } from '../../app/session.ts';
import { openSheet } from '../../app/sheet-store.ts';
import { words } from '../../app/words.ts';
import { BucketSheet } from './bucket-sheet.tsx';
import { RefreshSheet } from './refresh-sheet.tsx';

/** Opens the sheet that refreshes a table. */
export function openRefresh({ sheets }: Session, table: Table): void {
  openSheet(sheets, (close) => <RefreshSheet table={table} onClose={close} />);
}

export const bucketCommands: readonly Command[] = [
  {
    id: 'browseBucket',
    title: words.browseBucket,
    keys: [],
    context: 'anywhere',
    when: () => true,
    run: ({ sheets }) => openSheet(sheets, (close) => <BucketSheet onClose={close} />),
  },
  {
    id: 'refreshTable',
    title: words.refreshFrom,
    keys: [],
    context: 'content',
    when: ({ table }) => table.getState().table?.columns.some(({ kind }) => kind === 'media') ?? false,
    run: (session) => {
      const { table } = session.table.getState();
      if (table) openRefresh(session, table);
    },
  },
];
