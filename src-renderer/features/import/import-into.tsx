/** Where an import goes: which table or a new one, which column, and what becomes of what is here already. */
import { useId, useMemo } from 'react';
import type { Preview } from '../../../src-shared/contract/rows.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { ImportTarget } from './drop-store.ts';
import styles from './import-sheet.module.css';
import { canGoByKind, columnForAll, mediaColumns } from './import-target.ts';

interface ImportIntoProps {
  readonly target: ImportTarget;
  readonly preview: Pick<Preview, 'kinds' | 'already'>;
  readonly name: string;
  /** Null: by kind; undefined: as guessed. */
  readonly column: string | null | undefined;
  readonly skipsAlready: boolean;
  readonly onTarget: (target: ImportTarget) => void;
  readonly onName: (name: string) => void;
  readonly onColumn: (column: string | null) => void;
  readonly onSkipsAlready: (skips: boolean) => void;
}

/** Values of the choice that are no name. */
const asNew = 'new';
const byKind = '';

export function ImportInto(props: ImportIntoProps) {
  const { target, preview, name, column, skipsAlready, onTarget, onName, onColumn, onSkipsAlready } = props;
  const session = useSession();
  const id = useId();
  const { tables, folders } = useIn(session.tree, (state) => state);
  const table = target.kind === 'table' ? (tables.find((one) => one.id === target.tableId) ?? null) : null;
  const folderId = target.kind === 'new' ? target.folderId : (table?.folderId ?? null);
  const sorted = useMemo(() => tables.toSorted((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true })), [tables]);
  const columns = mediaColumns(table);
  const guessed = columnForAll(columns, preview)?.name ?? byKind;

  return (
    <div className={styles.bar}>
      <label className={styles.filter} htmlFor={`${id}-into`}>
        {words.into}
        <SelectField
          id={`${id}-into`}
          value={table ? String(table.id) : asNew}
          onChange={({ target: { value } }) =>
            onTarget(value === asNew ? { kind: 'new', folderId } : { kind: 'table', tableId: Number(value) })
          }
        >
          {sorted.map((one) => (
            <option key={one.id} value={one.id}>
              {one.path}
            </option>
          ))}
          <option value={asNew}>{words.newTableIn(folders.find((folder) => folder.id === folderId)?.path ?? null)}</option>
        </SelectField>
      </label>
      {table ? null : (
        <span className={styles.newName}>
          <TextField aria-label={words.nameOfNewTable} value={name} onChange={(event) => onName(event.target.value)} />
        </span>
      )}
      {columns.length > 0 ? (
        <label className={styles.filter} htmlFor={`${id}-column`}>
          {words.intoColumn}
          <SelectField
            id={`${id}-column`}
            value={column === undefined ? guessed : (column ?? byKind)}
            onChange={({ target: { value } }) => onColumn(value || null)}
          >
            {canGoByKind(columns, preview) ? <option value={byKind}>{words.columnByKind}</option> : null}
            {columns.map((one) => (
              <option key={one.id}>{one.name}</option>
            ))}
          </SelectField>
        </label>
      ) : null}
      {preview.already > 0 ? (
        <div role="radiogroup" aria-label={words.results.already} className={styles.already}>
          {words.alreadyLabel}
          {([true, false] as const).map((skips) => (
            <label key={String(skips)} className={styles.filter}>
              <input type="radio" name="already" checked={skipsAlready === skips} onChange={() => onSkipsAlready(skips)} />
              {skips ? words.alreadySkip : words.alreadyInsert}
            </label>
          ))}
        </div>
      ) : null}
    </div>
  );
}
