/** The filter in the toolbar: plain words or an expression over the row; what is wrong with it stands under it. */
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { focusContent } from '../../app/focus-places.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './filter-field.module.css';
import { setFilter } from './follow-table.ts';

/** Typing rests this long before the rows follow, in ms. */
const restMilliseconds = 200;

/** Enter goes to the rows; Esc clears, then leaves. */
export function FilterField() {
  const session = useSession();
  const inForce = useIn(session.table, (state) => state.filterText);
  const error = useIn(session.table, (state) => state.filterError);
  const [typed, setTyped] = useState(inForce);
  const [isFocused, setFocused] = useState(false);

  useEffect(() => setTyped(inForce), [inForce]);
  useEffect(() => {
    if (typed === inForce) return;
    const timer = setTimeout(() => setFilter(session, typed), restMilliseconds);
    return () => clearTimeout(timer);
  }, [typed, inForce, session]);

  return (
    <div className={styles.search}>
      <Icon of={Search} className={styles.icon} />
      <TextField
        type="search"
        data-filter-field
        className={styles.field}
        aria-label={words.filter}
        aria-invalid={error !== null}
        aria-describedby={error ? 'filter-error' : undefined}
        placeholder={words.filterPlaceholder}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            setFilter(session, typed);
            focusContent();
          }
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (typed === '') focusContent();
          else {
            setTyped('');
            setFilter(session, '');
          }
        }}
      />
      {error && isFocused ? (
        <p id="filter-error" role="alert" className={styles.error}>
          {error.message} {error.next}
        </p>
      ) : null}
    </div>
  );
}
