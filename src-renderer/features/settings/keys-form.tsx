/** Keys typed by hand. The secret is in its field alone and leaves it with the answer. */
import { useId, useRef, useState } from 'react';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { say } from '../../app/notice-store.ts';
import { useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Field } from './field.tsx';
import styles from './settings.module.css';
import { readAccounts } from './settings-deeds.ts';
import type { KeysDraft } from './settings-store.ts';

export function KeysForm({ draft }: { readonly draft: KeysDraft }) {
  const session = useSession();
  const secret = useRef<HTMLInputElement>(null);
  const title = useId();
  const [error, setError] = useState<VitrineError | null>(null);
  /** The file to agree to, where there is no keychain. */
  const [file, setFile] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const change = (part: Partial<KeysDraft>) => session.settings.setState({ keys: { ...draft, ...part } });
  const close = () => session.settings.setState({ keys: null });

  async function save(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setError(null);
    const text = (typed: string) => (typed.trim() === '' ? null : typed.trim());
    const answer = await session.client.accounts.save({
      name: draft.name.trim(),
      endpoint: text(draft.endpoint),
      region: text(draft.region),
      accessKeyId: draft.accessKeyId.trim(),
      secretAccessKey: secret.current?.value.trim() ?? '',
      match: text(draft.match),
      mayUseFile: file !== null,
    });
    setBusy(false);
    if (!answer.ok) {
      setError(answer.error);
      return;
    }
    if (answer.value.keptIn === null) {
      setFile(answer.value.file);
      return;
    }
    if (secret.current) secret.current.value = '';
    close();
    say(session.notices, words.keysSaved(draft.name.trim(), answer.value.keptIn, answer.value.file));
    await readAccounts(session);
  }

  return (
    <form
      className={[styles.card, styles.form].join(' ')}
      aria-labelledby={title}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3 id={title} className={styles.head}>
        {words.saveKeysTitle}
      </h3>
      <p className={styles.hint}>{words.saveKeysHint}</p>
      <Field label={words.keysName}>
        {(id) => (
          <TextField id={id} autoFocus value={draft.name} placeholder="minio" onChange={(event) => change({ name: event.target.value })} />
        )}
      </Field>
      <Field label={words.endpoint}>
        {(id) => (
          <TextField
            id={id}
            value={draft.endpoint}
            placeholder={words.endpointOfAws}
            onChange={(event) => change({ endpoint: event.target.value })}
          />
        )}
      </Field>
      <Field label={words.region}>
        {(id) => (
          <TextField
            id={id}
            value={draft.region}
            placeholder={words.regionAsked}
            onChange={(event) => change({ region: event.target.value })}
          />
        )}
      </Field>
      <Field label={words.accessKey}>
        {(id) => <TextField id={id} value={draft.accessKeyId} onChange={(event) => change({ accessKeyId: event.target.value })} />}
      </Field>
      <Field label={words.secretKey}>{(id) => <TextField id={id} ref={secret} type="password" autoComplete="new-password" />}</Field>
      <Field label={words.useFor}>
        {(id) => (
          <TextField
            id={id}
            value={draft.match}
            placeholder={words.matchPlaceholder}
            onChange={(event) => change({ match: event.target.value })}
          />
        )}
      </Field>
      {error ? (
        <p className={styles.wrong} role="alert">
          {error.message} {error.next}
        </p>
      ) : null}
      {file === null ? null : (
        <p className={styles.agree} role="alert">
          {words.noKeychain(file)}
        </p>
      )}
      <div className={styles.foot}>
        <Button onClick={close}>{words.cancel}</Button>
        <Button type="submit" look="main">
          {file === null ? words.save : words.saveInFile}
        </Button>
      </div>
    </form>
  );
}
