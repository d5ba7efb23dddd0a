/** The panel for a new column or another expression; the table stays visible and shows the values beside it. */
import { useEffect, useId, useMemo, useState } from 'react';
import type { Column, Table } from '../../../src-shared/model/table.ts';
import { columnTypes } from '../../../src-shared/model/table.ts';
import { say, sayError } from '../../app/notice-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { undoAction } from '../../app/undo.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showColumns } from '../table/show-columns.ts';
import { proposeName } from './column-name.ts';
import styles from './column-panel.module.css';
import { costWords } from './cost-words.ts';
import { examplesFor } from './examples.ts';
import { ExpressionField } from './expression-field.tsx';
import { useChecked } from './use-checked.ts';

interface ColumnPanelProps {
  readonly table: Table;
  /** The computed column whose expression is edited; a new column without one. */
  readonly edited?: Column;
  readonly onClose: () => void;
}

/** Docked on the right. Adding closes it at once; the cells fill from the screen outwards. */
export function ColumnPanel({ table, edited, onClose }: ColumnPanelProps) {
  const session = useSession();
  const field = useId();
  const [kind, setKind] = useState<'computed' | 'plain'>('computed');
  const [typedName, setName] = useState<string | null>(edited?.name ?? null);
  const [expression, setExpression] = useState(edited?.expression ?? '');
  const [type, setType] = useState<(typeof columnTypes)[number]>('string');
  const [isKept, setKept] = useState(true);
  const [isSending, setSending] = useState(false);
  const rowCount = useIn(session.table, ({ view }) => view?.total ?? 0);
  const openTableId = useIn(session.table, (state) => state.table?.id ?? null);
  const taken = useMemo(() => table.columns.map(({ name }) => name), [table]);
  const name = typedName ?? (kind === 'plain' ? '' : proposeName(expression, taken));
  const isComputed = kind === 'computed';
  const check = useChecked(table.id, name, expression, isComputed && expression !== edited?.expression);
  const error = check?.error ?? null;

  // Its expression and its preview mean this table only.
  useEffect(() => {
    if (openTableId !== table.id) onClose();
  }, [openTableId, table.id, onClose]);

  const reason = isSending
    ? words.adding
    : name.trim() === ''
      ? words.nameFirst
      : isComputed && expression.trim() === ''
        ? words.expressionFirst
        : isComputed && error
          ? error.message
          : isComputed && !check?.type
            ? words.checking
            : null;

  async function finish(): Promise<void> {
    if (reason !== null) return;
    setSending(true);
    const answer = await send();
    setSending(false);
    if (answer === null) return;
    onClose();
  }

  /** Null where it was refused; the panel then stays with all that was typed. */
  async function send(): Promise<true | null> {
    const { client, notices } = session;
    if (!isComputed) {
      const added = await client.columns.add({ table: table.id, name: name.trim(), type });
      if (!added.ok) {
        sayError(notices, added.error);
        return null;
      }
      say(notices, words.columnAdded(name.trim()), undoAction(session));
      return true;
    }
    if (!isKept && check?.type && check.level) {
      const kept = session.table.getState().shown.filter(({ isPreview }) => !isPreview);
      showColumns(session, [...kept, { name: name.trim(), expression, type: check.type, level: check.level, isPreview: false }]);
      return true;
    }
    const input = { table: table.id, name: name.trim(), expression, compute: 'background' } as const;
    const answer = await (edited ? client.columns.setExpression(input) : client.columns.addComputed(input));
    if (!answer.ok) {
      sayError(notices, answer.error);
      return null;
    }
    say(notices, edited ? words.expressionSet(name) : words.columnAdded(name.trim()), undoAction(session));
    return true;
  }

  return (
    <aside
      className={styles.panel}
      aria-label={edited ? words.editColumn(edited.name) : words.newColumn}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <h2 className={styles.title}>{edited ? words.editColumn(edited.name) : words.newColumn}</h2>
      {edited ? null : (
        <div role="radiogroup" aria-label={words.columnKind} className={styles.choice}>
          <Choice isChosen={isComputed} onChoose={() => setKind('computed')} label={words.computed} />
          <Choice isChosen={!isComputed} onChoose={() => setKind('plain')} label={words.plain} />
        </div>
      )}
      <div className={styles.labelled}>
        <label htmlFor={field}>{words.name}</label>
        <TextField
          id={field}
          value={name}
          readOnly={edited !== undefined}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void finish();
          }}
        />
      </div>
      {isComputed ? (
        <>
          <ExpressionField value={expression} columns={table.columns} error={error} onChange={setExpression} onDone={() => void finish()} />
          <dl className={styles.facts}>
            <dt>{words.type}</dt>
            <dd>{check?.type ?? '—'}</dd>
            <dt>{words.cost}</dt>
            <dd>{check?.level ? costWords(check.level, rowCount) : '—'}</dd>
          </dl>
          {rowCount === 0 ? <p className={styles.note}>{words.noRowsYet}</p> : null}
          {edited ? (
            <p className={styles.note}>{words.willRecompute(rowCount)}</p>
          ) : (
            <div role="radiogroup" aria-label={words.keepOrShow} className={styles.choice}>
              <Choice isChosen={isKept} onChoose={() => setKept(true)} label={words.keepValues} />
              <Choice isChosen={!isKept} onChoose={() => setKept(false)} label={words.onlyShow} />
            </div>
          )}
          {expression === '' ? <Examples table={table} onChoose={setExpression} /> : null}
        </>
      ) : (
        <label className={styles.labelled}>
          <span>{words.type}</span>
          <select
            className={styles.select}
            value={type}
            onChange={(event) => setType(columnTypes.find((one) => one === event.target.value) ?? 'string')}
          >
            {columnTypes.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      <span className={styles.space} />
      <div className={styles.foot}>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button look="main" disabledReason={reason} onClick={() => void finish()}>
          {edited ? words.change : isComputed && !isKept ? words.showColumn : words.addColumn}
        </Button>
      </div>
    </aside>
  );
}

function Choice({ isChosen, onChoose, label }: { readonly isChosen: boolean; readonly onChoose: () => void; readonly label: string }) {
  return (
    <label className={styles.option}>
      <input type="radio" checked={isChosen} onChange={onChoose} />
      {label}
    </label>
  );
}

function Examples({ table, onChoose }: { readonly table: Table; readonly onChoose: (expression: string) => void }) {
  return (
    <section aria-label={words.examples} className={styles.examples}>
      <h3 className={styles.head}>{words.examples}</h3>
      {examplesFor(table).map((example) => (
        <button key={example} type="button" className={styles.example} onClick={() => onChoose(example)}>
          <code>{example}</code>
        </button>
      ))}
    </section>
  );
}
