/** One store rule as a form. What is wrong with it is said in the core's words, and nothing that was typed is lost. */
import { useId, useState } from 'react';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { RadioRow } from '../../ui/radio-row.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Field } from './field.tsx';
import styles from './settings.module.css';
import { saveStore } from './settings-deeds.ts';
import { type StoreDraft, schemeOf, styleChoices, whoChoices } from './store-draft.ts';

export function StoreForm({ draft }: { readonly draft: StoreDraft }) {
  const session = useSession();
  const accounts = useIn(session.settings, (state) => state.accounts) ?? [];
  const title = useId();
  const [error, setError] = useState<VitrineError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const change = (part: Partial<StoreDraft>) => session.settings.setState({ store: { ...draft, ...part } });
  const scheme = schemeOf(draft);
  const profiles = accounts.filter(({ provider, kind, where }) => provider === 'aws' && kind !== 'saved' && where !== 'environment');
  const keys = accounts.filter(({ kind }) => kind === 'saved');
  const who = whoChoices.filter((one) => scheme === 's3' || one === 'usual' || one === 'anonymous');

  async function save(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    const failed = await saveStore(session, draft);
    setBusy(false);
    setError(failed);
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
        {draft.was === null ? words.newStore : words.editOf(draft.was.match)}
      </h3>
      <Field label={words.match}>
        {(id) => (
          <TextField
            id={id}
            autoFocus
            value={draft.match}
            placeholder={words.matchPlaceholder}
            onChange={(event) => change({ match: event.target.value })}
          />
        )}
      </Field>
      <div className={styles.field}>
        <span className={styles.label}>{words.identity}</span>
        <RadioRow
          label={words.identity}
          value={who.includes(draft.who) ? draft.who : 'usual'}
          options={who.map((value) => ({ value, label: words.whoChoices[value] }))}
          onChange={(value) => change({ who: value })}
        />
      </div>
      {scheme === 's3' && draft.who === 'profile' ? (
        <Named
          label={words.profile}
          value={draft.profile}
          names={profiles.map(({ name }) => name)}
          onChange={(profile) => change({ profile })}
        />
      ) : null}
      {scheme === 's3' && draft.who === 'keys' ? (
        <Named
          label={words.savedKeys}
          value={draft.keys}
          names={keys.map(({ name }) => name)}
          onChange={(name) => change({ keys: name })}
        />
      ) : (
        <Field label={words.endpoint}>
          {(id) => (
            <TextField
              id={id}
              value={draft.endpoint}
              placeholder={words.endpointOf[scheme]}
              onChange={(event) => change({ endpoint: event.target.value })}
            />
          )}
        </Field>
      )}
      {scheme === 's3' ? (
        <>
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
          <div className={styles.field}>
            <span className={styles.label}>{words.addressing}</span>
            <RadioRow
              label={words.addressing}
              value={draft.style}
              options={styleChoices.map((value) => ({ value, label: words.styleChoices[value] }))}
              onChange={(style) => change({ style })}
            />
          </div>
        </>
      ) : null}
      {scheme === 'gs' ? (
        <>
          <Field label={words.signAs}>
            {(id) => (
              <TextField
                id={id}
                value={draft.signAs}
                placeholder="name@project.iam.gserviceaccount.com"
                onChange={(event) => change({ signAs: event.target.value })}
              />
            )}
          </Field>
          <Field label={words.userProject}>
            {(id) => <TextField id={id} value={draft.userProject} onChange={(event) => change({ userProject: event.target.value })} />}
          </Field>
        </>
      ) : null}
      {scheme === 'az' ? null : (
        <div className={styles.field}>
          <span className={styles.label} />
          <label className={styles.check}>
            <input type="checkbox" checked={draft.requesterPays} onChange={(event) => change({ requesterPays: event.target.checked })} />
            {words.requesterPays}
          </label>
        </div>
      )}
      {draft.requesterPays && scheme !== 'az' ? <p className={styles.cost}>{words.requesterPaysNote}</p> : null}
      <Field label={words.linkCap}>
        {(id) => (
          <TextField
            id={id}
            inputMode="numeric"
            className={styles.short ?? ''}
            value={draft.linkCap}
            placeholder={words.linkCapUsual}
            onChange={(event) => change({ linkCap: event.target.value })}
          />
        )}
      </Field>
      {error ? (
        <p className={styles.wrong} role="alert">
          {error.message} {error.next}
        </p>
      ) : null}
      <div className={styles.foot}>
        <Button onClick={() => session.settings.setState({ store: null })}>{words.cancel}</Button>
        <Button type="submit" look="main">
          {words.save}
        </Button>
      </div>
    </form>
  );
}

/** A name out of those that were found, or any other: a profile may be added later. */
function Named({
  label,
  value,
  names,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onChange: (name: string) => void;
}) {
  const list = useId();
  return (
    <>
      <Field label={label}>
        {(id) => (
          <TextField id={id} list={list} value={value} placeholder={names[0] ?? ''} onChange={(event) => onChange(event.target.value)} />
        )}
      </Field>
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
