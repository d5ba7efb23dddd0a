/** Asks for the one-time code that a role waits for, wherever in the window somebody is. */
import { useId, useRef, useState } from 'react';
import type { MfaQuestion } from '../../../src-shared/contract/accounts.ts';
import { sayError } from '../../app/notice-store.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Facts } from '../../ui/facts.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Field } from './field.tsx';
import styles from './settings.module.css';

const codeShape = /^\d{6,8}$/;

/** One question after the other; nothing where nobody waits. */
export function MfaDialog() {
  const session = useSession();
  const question = useIn(session.settings, (state) => state.questions[0]);
  if (!question) return null;

  async function answer(asked: MfaQuestion, code: string | null): Promise<void> {
    // The next question comes at once; the core tells of this one's end as well.
    session.settings.setState((state) => ({ questions: state.questions.filter(({ id }) => id !== asked.id) }));
    const outcome = await session.client.accounts.answerMfa({ id: asked.id, code });
    if (!outcome.ok) sayError(session.notices, outcome.error);
  }

  return (
    <CodeSheet
      key={question.id}
      question={question}
      onCode={(code) => void answer(question, code)}
      onCancel={() => void answer(question, null)}
    />
  );
}

function CodeSheet({
  question,
  onCode,
  onCancel,
}: {
  readonly question: MfaQuestion;
  readonly onCode: (code: string) => void;
  readonly onCancel: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [isTried, setTried] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const form = useId();
  const code = typed.replace(/\s/g, '');
  const isWrong = !codeShape.test(code);
  return (
    <Dialog
      title={words.mfaTitle}
      onClose={onCancel}
      initialFocus={field}
      foot={
        <>
          <Button onClick={onCancel}>{words.cancel}</Button>
          <Button look="main" type="submit" form={form}>
            {words.mfaAction}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={[styles.form, styles.narrow].join(' ')}
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (isWrong) field.current?.focus();
          else onCode(code);
        }}
      >
        <p>{words.mfaText(question.profile)}</p>
        {question.wasRefused ? <p role="alert">{words.mfaRefused}</p> : null}
        <Facts
          facts={[
            [words.mfaRole, question.role],
            [words.mfaDevice, question.device],
          ]}
        />
        <Field label={words.mfaCode}>
          {(id) => (
            <TextField
              id={id}
              ref={field}
              inputMode="numeric"
              autoComplete="one-time-code"
              className={styles.short ?? ''}
              value={typed}
              aria-invalid={isTried && isWrong}
              aria-describedby={isTried && isWrong ? `${form}-why` : undefined}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        {isTried && isWrong ? (
          <p id={`${form}-why`} className={styles.wrong} role="alert">
            {words.mfaWrong}
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}
