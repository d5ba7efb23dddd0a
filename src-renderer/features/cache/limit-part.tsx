/** The limit: a field with its unit, and a slider. What is refused stays as it was typed, with the reason below it. */
import { useId } from 'react';
import type { CacheDetails } from '../../../src-shared/contract/cache.ts';
import { formatSize } from '../../app/format.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Part } from '../settings/part.tsx';
import { amountAt, amountOf, type ByteUnit, bytesOf, byteUnits, sliderPlace, sliderSteps, type TypedAmount } from './byte-amounts.ts';
import styles from './cache.module.css';
import { listKeptOnly, setLimit } from './cache-deeds.ts';

const units = Object.keys(byteUnits) as ByteUnit[];

export function LimitPart({ details }: { readonly details: CacheDetails }) {
  const session = useSession();
  const { limit, limitError } = useIn(session.cache, (state) => state);
  const id = useId();
  const held = amountOf(details.status.limit);
  const typed = limit ?? held;
  const isSame = typed.text === held.text && typed.unit === held.unit;
  const bytes = bytesOf(typed) ?? details.status.limit;
  const change = (next: TypedAmount) => session.cache.setState({ limit: next, limitError: null });
  const set = () => void setLimit(session, session.cache.getState().limit ?? held);
  const isBelowKept = limitError?.cause === 'cache_full';

  return (
    <Part title={words.cacheMost}>
      <form
        className={styles.limit}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isSame) set();
        }}
      >
        <label className={styles.label} htmlFor={`${id}text`}>
          {words.limitField}
        </label>
        <TextField
          id={`${id}text`}
          inputMode="decimal"
          className={styles.number ?? ''}
          value={typed.text}
          aria-invalid={limitError !== null}
          aria-describedby={limitError ? `${id}error` : undefined}
          onChange={(event) => change({ ...typed, text: event.target.value })}
        />
        <SelectField
          aria-label={words.limitUnit}
          className={styles.unit ?? ''}
          value={typed.unit}
          onChange={(event) => change({ ...typed, unit: units.find((unit) => unit === event.target.value) ?? typed.unit })}
        >
          {units.map((unit) => (
            <option key={unit}>{unit}</option>
          ))}
        </SelectField>
        <input
          type="range"
          className={styles.slider}
          aria-label={words.limitSlider}
          aria-valuetext={formatSize(bytes)}
          min={0}
          max={sliderSteps}
          value={sliderPlace(bytes, details.disk.total)}
          onChange={(event) => change(amountOf(amountAt(Number(event.target.value), details.disk.total)))}
        />
        <Button type="submit" disabledReason={isSame ? words.nothingChanged : null}>
          {words.setLimit}
        </Button>
      </form>
      {limitError ? (
        <p id={`${id}error`} role="alert" className={styles.wrong}>
          {limitError.message} {limitError.next}
          {isBelowKept ? (
            <Button
              look="link"
              onClick={() =>
                void listKeptOnly(session, true).then(() => document.querySelector<HTMLElement>('[data-cached-files]')?.focus())
              }
            >
              {words.showKept}
            </Button>
          ) : null}
        </p>
      ) : null}
    </Part>
  );
}
