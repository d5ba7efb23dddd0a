/** A choice of one out of a few, all of them seen. One Tab stop: the arrows go from one to the next. */
import { useId } from 'react';
import styles from './radio-row.module.css';

interface RadioRowProps<T extends string> {
  readonly label: string;
  /** `pills` stand apart, in sheets; a `bar` is one small thing, in the head of a panel. */
  readonly look?: 'pills' | 'bar';
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T | null;
  readonly onChange: (value: T) => void;
}

export function RadioRow<T extends string>({ label, look = 'pills', options, value, onChange }: RadioRowProps<T>) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className={styles[look]}>
      {options.map((option) => (
        <label key={option.value} className={styles.option}>
          <input
            type="radio"
            name={name}
            className="visually-hidden"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
