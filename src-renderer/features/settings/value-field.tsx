/** A value in a field with a button that writes it. */
import { useState } from 'react';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Field } from './field.tsx';
import styles from './settings.module.css';

interface ValueFieldProps {
  readonly label: string;
  readonly value: string;
  /** What an empty field means. */
  readonly placeholder?: string;
  /** Said beside the field. */
  readonly aside?: string;
  /** False where it was refused; it then stays as it was typed. */
  readonly onSet: (typed: string) => Promise<boolean>;
}

/** Written when it is confirmed; what is wrong stays as it was typed, with the reason as a toast. */
export function ValueField({ label, value, placeholder, aside, onSet }: ValueFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  async function set(): Promise<void> {
    if (typed === null || typed === value) setTyped(null);
    else if (await onSet(typed)) setTyped(null);
  }
  return (
    <form
      className={styles.line}
      onSubmit={(event) => {
        event.preventDefault();
        void set();
      }}
    >
      <Field label={label}>
        {(id) => (
          <TextField
            id={id}
            inputMode="decimal"
            className={styles.short ?? ''}
            value={typed ?? value}
            placeholder={placeholder}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      {aside === undefined ? null : <span className={styles.aside}>{aside}</span>}
      <Button type="submit" disabledReason={typed === null || typed === value ? words.nothingChanged : null}>
        {words.setLimit}
      </Button>
    </form>
  );
}
