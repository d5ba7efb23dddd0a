/** A name being typed in place: Enter and leaving keep it, Esc leaves it as it was. */
import { useEffect, useRef, useState } from 'react';
import { TextField } from '../../ui/text-field.tsx';

/** `onDone` hears the name, or '' where it was given up. */
export function NameField({
  label,
  initial,
  onDone,
}: {
  readonly label: string;
  readonly initial: string;
  readonly onDone: (name: string) => Promise<void>;
}) {
  const [name, setName] = useState(initial);
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  function done(result: string): void {
    if (isDone.current) return;
    isDone.current = true;
    // A refused name stays in the field, which can then be left again; one that was given up is never heard of a second time.
    const answered = onDone(result);
    if (result !== '')
      void answered.then(() => {
        isDone.current = false;
      });
  }

  return (
    <TextField
      ref={field}
      aria-label={label}
      value={name}
      onChange={(event) => setName(event.target.value)}
      onClick={(event) => event.stopPropagation()}
      onBlur={() => done(name)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') done(name);
        if (event.key === 'Escape') done('');
      }}
    />
  );
}
