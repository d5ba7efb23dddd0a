/** The link sheet: how long, until when that truly is, and as whom; then copy. */
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { chosenSeconds, copyIssued, countInHand, focusedRow, issueLinks, linkSecondsKey, mediaColumn } from '../table/row-deeds.ts';
import styles from './link-sheet.module.css';
import { type LinkSummary, summarise } from './link-summary.ts';

const presets = [900, 3600, 86_400, 604_800] as const;
const units = [60, 3600, 86_400] as const;

/** For the rows in hand when it was opened. */
export function LinkSheet({ onClose }: { readonly onClose: () => void }) {
  const session = useSession();
  const [seconds, setSeconds] = useState<number | null>(null);
  const [isCustom, setCustom] = useState(false);
  const [summary, setSummary] = useState<LinkSummary | null>(null);
  const [isRefused, setRefused] = useState(false);
  const [isCopying, setCopying] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const count = countInHand(session);
  const [name] = useState(() => nameInHand(session));

  useEffect(() => {
    void chosenSeconds(session).then((chosen) => {
      setSeconds(chosen);
      setCustom(!presets.some((preset) => preset === chosen));
    });
  }, [session]);

  useEffect(() => {
    if (seconds === null) return;
    let isOld = false;
    void issueLinks(session, seconds).then((outcomes) => {
      if (isOld) return;
      setSummary(outcomes && summarise(outcomes));
      setRefused(outcomes === null);
    });
    return () => {
      isOld = true;
    };
  }, [session, seconds]);

  async function copy(): Promise<void> {
    if (seconds === null || isCopying) return;
    setCopying(true);
    const outcomes = await issueLinks(session, seconds);
    const isCopied = outcomes !== null && (await copyIssued(session, outcomes));
    setCopying(false);
    if (!isCopied) return;
    void session.client.preferences.set({ key: linkSecondsKey, value: seconds });
    onClose();
  }

  const off = isRefused || summary?.made === 0 ? words.noLinkMade : summary ? null : words.signing;

  return (
    <Dialog
      title={words.linkTo(name, count)}
      onClose={onClose}
      initialFocus={button}
      foot={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button ref={button} look="main" disabledReason={off} onClick={() => void copy()}>
            {words.copyLink}
          </Button>
        </>
      }
    >
      <fieldset className={styles.lives} aria-label={words.validFor}>
        <legend className={styles.label}>{words.validFor}</legend>
        {presets.map((preset) => (
          <label key={preset} className={styles.life}>
            <input
              type="radio"
              name="life"
              checked={!isCustom && seconds === preset}
              onChange={() => {
                setCustom(false);
                setSeconds(preset);
              }}
            />
            {words.lives[preset]}
          </label>
        ))}
        <label className={styles.life}>
          <input type="radio" name="life" checked={isCustom} onChange={() => setCustom(true)} />
          {words.custom}
        </label>
        {isCustom && seconds !== null ? <CustomLife seconds={seconds} onChange={setSeconds} /> : null}
      </fieldset>
      {summary ? <Summary summary={summary} now={session.now()} /> : <p className={styles.waiting}>{off}</p>}
      <p className={styles.foot}>{words.linkFoot}</p>
    </Dialog>
  );
}

function Summary({ summary, now }: { readonly summary: LinkSummary; readonly now: number }) {
  const { made, failed, firstEnd, isWeb, limitedBy, signedAs, warnings, error } = summary;
  if (made === 0) return error ? <Band tone="error" text={error.message} next={error.next} /> : null;
  const limit = isWeb ? words.webLink : words.limitedBy[limitedBy];
  const until = firstEnd === null ? words.noEnd : words.until(firstEnd, now);
  return (
    <dl className={styles.facts} aria-live="polite">
      <dt>{words.worksUntil}</dt>
      <dd>
        {made + failed > 1 ? words.linksUntil(made, firstEnd, failed, now) : until}
        {limit ? <p className={styles.reason}>{limit}</p> : null}
        {error ? <p className={styles.reason}>{error.message}</p> : null}
        {warnings.map((warning) => (
          <p key={warning} className={styles.reason}>
            {warning}
          </p>
        ))}
      </dd>
      {signedAs.length > 0 ? (
        <>
          <dt>{words.signedAs}</dt>
          <dd>{signedAs.join(', ')}</dd>
        </>
      ) : null}
    </dl>
  );
}

/** A number and a unit; what is no number yet changes nothing. */
function CustomLife({ seconds, onChange }: { readonly seconds: number; readonly onChange: (seconds: number) => void }) {
  const [unit, setUnit] = useState<(typeof units)[number]>(() => units.toReversed().find((one) => seconds % one === 0) ?? 60);
  const [text, setText] = useState(String(Math.max(1, Math.round(seconds / unit))));
  function change(newText: string, newUnit: (typeof units)[number]): void {
    setText(newText);
    setUnit(newUnit);
    const amount = Number(newText);
    if (Number.isFinite(amount) && amount > 0) onChange(Math.max(1, Math.round(amount * newUnit)));
  }
  return (
    <span className={styles.custom}>
      <TextField aria-label={words.customAmount} inputMode="decimal" value={text} onChange={(event) => change(event.target.value, unit)} />
      <select
        aria-label={words.customUnit}
        className={styles.select}
        value={unit}
        onChange={(event) => change(text, units.find((one) => String(one) === event.target.value) ?? 60)}
      >
        {units.map((one) => (
          <option key={one} value={one}>
            {words.units[one]}
          </option>
        ))}
      </select>
    </span>
  );
}

function nameInHand(session: ReturnType<typeof useSession>): string {
  const { table } = session.table.getState();
  const place = table?.columns.findIndex((column) => column.id === mediaColumn(session)?.id) ?? -1;
  const cells = focusedRow(session)?.cells;
  return (cells?.[place]?.media ?? cells?.find((cell) => cell.media)?.media)?.name ?? '';
}
