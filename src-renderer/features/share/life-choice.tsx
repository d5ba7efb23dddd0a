/** Chooses how long a link works: four lives at a press, or one of one's own. */
import { words } from '../../app/words.ts';
import { RadioRow } from '../../ui/radio-row.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './life-choice.module.css';
import { amountOf, dateText, type Life, presets, secondsOf, units } from './link-life.ts';

const options = [
  ...presets.map((preset) => ({ value: String(preset), label: words.lives[preset] })),
  { value: 'custom', label: words.custom },
];

interface LifeChoiceProps {
  readonly life: Life;
  readonly now: number;
  readonly onChange: (life: Life) => void;
}

/** The lives, and under them the fields of one's own. */
export function LifeChoice({ life, now, onChange }: LifeChoiceProps) {
  const isCustom = life.kind !== 'preset';
  function choose(value: string): void {
    const preset = presets.find((one) => String(one) === value);
    onChange(preset === undefined ? amountOf(secondsOf(life, now) ?? presets[1]) : { kind: 'preset', seconds: preset });
  }
  return (
    <>
      <RadioRow label={words.validFor} options={options} value={isCustom ? 'custom' : String(life.seconds)} onChange={choose} />
      {isCustom ? <CustomLife life={life} now={now} onChange={onChange} /> : null}
    </>
  );
}

/** A number and a unit, or a date. What is no time yet is said by the sheet. */
function CustomLife({ life, now, onChange }: LifeChoiceProps) {
  const isWrong = secondsOf(life, now) === null;
  function choose(value: string): void {
    const seconds = secondsOf(life, now) ?? presets[1];
    const unit = units.find((one) => String(one) === value);
    if (unit === undefined) onChange({ kind: 'date', text: dateText(now + seconds * 1000) });
    else
      onChange(
        life.kind === 'amount' ? { ...life, unit } : { kind: 'amount', text: String(Math.max(1, Math.round(seconds / unit))), unit },
      );
  }
  return (
    <div className={styles.custom}>
      {life.kind === 'date' ? (
        <input
          type="datetime-local"
          aria-label={words.customDate}
          aria-invalid={isWrong}
          className={styles.field}
          value={life.text}
          min={dateText(now)}
          onChange={(event) => onChange({ kind: 'date', text: event.target.value })}
        />
      ) : (
        <TextField
          aria-label={words.customAmount}
          aria-invalid={isWrong}
          inputMode="decimal"
          className={styles.amount ?? ''}
          value={life.kind === 'amount' ? life.text : ''}
          onChange={(event) => life.kind === 'amount' && onChange({ ...life, text: event.target.value })}
        />
      )}
      <select
        aria-label={words.customUnit}
        className={styles.field}
        value={life.kind === 'amount' ? String(life.unit) : 'date'}
        onChange={(event) => choose(event.target.value)}
      >
        {units.map((one) => (
          <option key={one} value={one}>
            {words.units[one]}
          </option>
        ))}
        <option value="date">{words.untilDate}</option>
      </select>
    </div>
  );
}
