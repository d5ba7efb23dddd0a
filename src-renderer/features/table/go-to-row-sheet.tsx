/** Goes to a row by its number. */
import { useState } from 'react';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { select } from './selection.ts';

export function GoToRowSheet({ onClose }: { readonly onClose: () => void }) {
  const session = useSession();
  const rowCount = useIn(session.table, ({ view }) => view?.rowCount ?? 0);
  const [text, setText] = useState('');
  // Numbers are read as they are shown, with or without what divides their thousands.
  const number = Number(text.replace(/[\s.,’'\u00a0\u202f]/g, ''));
  const isRow = text.trim() !== '' && Number.isInteger(number) && number >= 1 && number <= rowCount;
  const isWrong = text.trim() !== '' && !isRow;

  function go(): void {
    if (!isRow) return;
    session.table.setState((state) => ({
      selection: select(state.selection, { type: 'chosen', focus: { row: number - 1, column: state.selection.focus.column } }),
      goneTo: { row: number - 1 },
    }));
    onClose();
  }

  return (
    <Dialog
      title={words.goToRowTitle}
      onClose={onClose}
      finalFocus={() => document.querySelector<HTMLElement>('[data-pane="content"] [data-keys~="content"] [tabindex="0"]')}
      foot={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="main" disabledReason={isRow ? null : words.noSuchRow(rowCount)} onClick={go}>
            {words.goAction}
          </Button>
        </>
      }
    >
      <TextField
        inputMode="numeric"
        aria-label={words.goToRowField(rowCount)}
        placeholder={words.goToRowField(rowCount)}
        aria-invalid={isWrong}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
          event.preventDefault();
          go();
        }}
      />
    </Dialog>
  );
}
