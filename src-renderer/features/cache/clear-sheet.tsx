/** Asks before copies or thumbnails are cleared: one of the few questions there are, since it cannot be undone. */
import { useId, useState } from 'react';
import type { CacheStatus } from '../../../src-shared/contract/cache.ts';
import type { Table } from '../../../src-shared/model/table.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { RadioRow } from '../../ui/radio-row.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './cache.module.css';
import type { ClearChoice } from './cache-deeds.ts';

interface ClearSheetProps {
  readonly status: CacheStatus;
  readonly tables: readonly Table[];
  readonly onClear: (choice: ClearChoice) => void;
  readonly onClose: () => void;
}

const kinds = ['all', 'unused', 'table'] as const;

/** All copies, those not used for some days, or those of a table. */
export function ClearSheet({ status, tables, onClear, onClose }: ClearSheetProps) {
  const [kind, setKind] = useState<ClearChoice['kind']>('all');
  const [days, setDays] = useState('30');
  const [tableId, setTableId] = useState(tables[0]?.id ?? null);
  const id = useId();
  const count = days.trim() === '' ? Number.NaN : Number(days.replace(',', '.'));
  const areDaysWrong = !(count >= 0);
  const reason = kind === 'unused' && areDaysWrong ? words.wrongDays : kind === 'table' && tableId === null ? words.chooseTable : null;

  function clear(): void {
    if (kind === 'table' && tableId !== null) onClear({ kind, tableId });
    else if (kind === 'unused') onClear({ kind, days: count });
    else if (kind === 'all') onClear({ kind });
    onClose();
  }

  return (
    <Dialog
      title={words.clearCacheTitle}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="main" disabledReason={reason} onClick={clear}>
            {words.clearCache}
          </Button>
        </>
      }
    >
      <div className={styles.sheet}>
        <RadioRow
          label={words.clearWhat}
          value={kind}
          options={kinds.map((value) => ({ value, label: words.clearChoices[value] }))}
          onChange={setKind}
        />
        {kind === 'unused' ? (
          <div className={styles.line}>
            <TextField
              className={styles.number ?? ''}
              inputMode="decimal"
              aria-label={words.clearDays}
              aria-invalid={areDaysWrong}
              value={days}
              onChange={(event) => setDays(event.target.value)}
            />
            <span>{words.days}</span>
          </div>
        ) : null}
        {kind === 'table' ? (
          <SelectField
            id={id}
            aria-label={words.clearTable}
            value={tableId ?? ''}
            onChange={(event) => setTableId(Number(event.target.value))}
          >
            {tables.map((table) => (
              <option key={table.id} value={table.id}>
                {table.path}
              </option>
            ))}
          </SelectField>
        ) : null}
        <p>
          {kind === 'all'
            ? words.clearCacheQuestion(Math.max(0, status.bytes - status.kept))
            : kind === 'unused'
              ? words.clearUnusedText
              : words.clearTableText}{' '}
          {status.kept > 0 ? words.clearStays(status.kept) : null}
        </p>
      </div>
    </Dialog>
  );
}

/** The same for thumbnails, all of them. */
export function ClearThumbnailsSheet({
  bytes,
  onClear,
  onClose,
}: {
  readonly bytes: number;
  readonly onClear: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog
      title={words.clearThumbnailsTitle}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look="main"
            onClick={() => {
              onClear();
              onClose();
            }}
          >
            {words.clearThumbnails}
          </Button>
        </>
      }
    >
      <p>{words.clearThumbnailsText(bytes)}</p>
    </Dialog>
  );
}
