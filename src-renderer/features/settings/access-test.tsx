/** Tries the way to one address and shows each step as it is known. */
import { CircleCheck, Minus, Stethoscope, TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { type AccessStep, accessSteps } from '../../../src-shared/model/access.ts';
import { formatEnd } from '../../app/format.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { errorFacts } from '../inspector/error-facts.ts';
import styles from './settings.module.css';
import { chooseIdentity, copyLoginCommand, testAccess } from './settings-deeds.ts';

const icons = { ok: CircleCheck, failed: TriangleAlert, skipped: Minus } as const;

export function AccessTest() {
  const session = useSession();
  const { address, testedAddress, steps, error, stop } = useIn(session.settings, (state) => state.test);
  const asked = useIn(session.settings, (state) => state.testAsked);
  const field = useRef<HTMLInputElement>(null);
  const section = useRef<HTMLElement>(null);

  useEffect(() => {
    if (asked === 0) return;
    field.current?.focus({ preventScroll: true });
    // Only the page scrolls: `scrollIntoView` would move the panes around it too.
    section.current?.closest('[data-scrolls]')?.scrollTo({ top: section.current.offsetTop });
  }, [asked]);

  return (
    <section ref={section} className={styles.section} aria-label={words.testAccess}>
      <h3 className={styles.head}>{words.testAccess}</h3>
      <p className={styles.hint}>{words.testHint}</p>
      <form
        className={styles.line}
        onSubmit={(event) => {
          event.preventDefault();
          if (stop === null) void testAccess(session);
          else stop();
        }}
      >
        <TextField
          ref={field}
          aria-label={words.testAddress}
          placeholder={words.testPlaceholder}
          className={styles.address ?? ''}
          value={address}
          onChange={(event) => session.settings.setState((state) => ({ test: { ...state.test, address: event.target.value } }))}
        />
        <Button
          type="submit"
          look="main"
          icon={<Icon of={Stethoscope} />}
          disabledReason={address.trim() === '' ? words.testAddressFirst : null}
        >
          {stop === null ? words.testAccess : words.stopTest}
        </Button>
      </form>
      {error && error.cause !== 'cancelled' ? (
        <p className={styles.wrong} role="alert">
          {error.message} {error.next}
        </p>
      ) : null}
      {testedAddress !== null && error === null ? (
        <ol className={styles.steps} aria-label={words.stepsOf(testedAddress)}>
          {accessSteps.map((name, place) => (
            <Step key={name} number={place + 1} title={words.accessSteps[name]} step={steps[place]} address={testedAddress} />
          ))}
        </ol>
      ) : null}
    </section>
  );
}

function Step({
  number,
  title,
  step,
  address,
}: {
  readonly number: number;
  readonly title: string;
  readonly step: AccessStep | undefined;
  readonly address: string;
}) {
  const session = useSession();
  const error = step?.error ?? null;
  const login = error?.details?.login;
  const until = step?.endsAt ? words.untilAtMost(formatEnd(step.endsAt, session.now())) : '';
  return (
    <li className={styles.step} data-state={step?.state ?? 'waiting'}>
      <span className={styles.number}>{number}</span>
      <span className={styles.sign}>
        {step ? <Icon of={icons[step.state]} /> : null}
        <span className="visually-hidden">{step ? words.stepStates[step.state] : words.stepWaits}</span>
      </span>
      <span className={styles.stepTitle}>{title}</span>
      <div className={styles.found}>
        {step ? <span>{`${step.text}${until}`}</span> : null}
        {error ? (
          <>
            {error.next ? <span className={styles.next}>{error.next}</span> : null}
            <span className={styles.detail}>
              {errorFacts(error)
                .map(([label, value]) => `${label} ${value}`)
                .join(' · ')}
            </span>
            <span className={styles.stepDeeds}>
              {login === undefined ? null : (
                <Button look="link" onClick={() => void copyLoginCommand(session, login)}>
                  {words.copyLogin}
                </Button>
              )}
              {/^(s3|gs|az)/.test(address) ? (
                <Button look="link" onClick={() => chooseIdentity(session, address)}>
                  {words.chooseIdentity}
                </Button>
              ) : null}
            </span>
          </>
        ) : null}
      </div>
    </li>
  );
}
