/** Accounts: what was found on this computer, a test of the way to a file, keys typed by hand. */
import { KeyRound } from 'lucide-react';
import type { Account } from '../../../src-shared/model/account.ts';
import { formatEnd, formatLeft } from '../../app/format.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useMinute } from '../look/use-minute.ts';
import { AccessTest } from './access-test.tsx';
import { EnvironmentPart } from './environment-part.tsx';
import { KeysForm } from './keys-form.tsx';
import styles from './settings.module.css';
import { copyLoginCommand, forgetKeys, openStore, openTest } from './settings-deeds.ts';
import { noKeys } from './settings-store.ts';
import { bucketOf } from './store-draft.ts';

/** A session shows in the stale colour from here on. */
const endsSoonMs = 15 * 60_000;

export function AccountsPage() {
  const session = useSession();
  const accounts = useIn(session.settings, (state) => state.accounts);
  const keys = useIn(session.settings, (state) => state.keys);
  const now = useMinute(session.now);
  return (
    <>
      <p className={styles.lead}>{words.accountsLead}</p>
      {accounts === null ? null : accounts.length === 0 ? (
        <p className={styles.none}>{words.noAccounts}</p>
      ) : (
        <ul className={styles.rows} aria-label={words.accounts}>
          {accounts.map((account) => (
            <AccountRow key={`${account.provider} ${account.kind} ${account.name} ${account.where}`} account={account} now={now} />
          ))}
        </ul>
      )}
      {keys === null ? (
        <Button icon={<Icon of={KeyRound} />} className={styles.add ?? ''} onClick={() => session.settings.setState({ keys: noKeys })}>
          {words.saveKeys}
        </Button>
      ) : (
        <KeysForm draft={keys} />
      )}
      <AccessTest />
      <EnvironmentPart />
    </>
  );
}

function AccountRow({ account, now }: { readonly account: Account; readonly now: number }) {
  const session = useSession();
  const { provider, name, kind, detail, where, isDefault, endsAt, canSign, login, problem } = account;
  const address = () => session.settings.getState().test.address;
  return (
    <li className={styles.row}>
      <span className={styles.tag}>{words.accountProviders[provider]}</span>
      <div className={styles.what}>
        <span className={styles.name}>
          {name}
          {isDefault ? <span className={styles.mark}>{words.usedFirst}</span> : null}
        </span>
        <span className={styles.detail}>{[words.accountKinds[kind], detail, where].filter(Boolean).join(' · ')}</span>
        {problem ? <span className={styles.problem}>{problem}</span> : null}
      </div>
      <End endsAt={endsAt} canSign={canSign} now={now} />
      <div className={styles.deeds}>
        {login === null ? null : (
          <Button look="quiet" aria-label={words.loginAgainOf(name)} onClick={() => void copyLoginCommand(session, login)}>
            {words.loginAgain}
          </Button>
        )}
        {provider === 'gcp' && canSign === false ? (
          <Button look="quiet" onClick={() => openStore(session, { match: address().startsWith('gs://') ? bucketOf(address()) : 'gs://' })}>
            {words.signAsAccount}
          </Button>
        ) : null}
        {provider === 'aws' && problem === null && (kind === 'saved' || where !== 'environment') ? (
          <Button
            look="quiet"
            aria-label={words.identityFor(name)}
            onClick={() => openStore(session, kind === 'saved' ? { who: 'keys', keys: name } : { who: 'profile', profile: name })}
          >
            {words.useFor}
          </Button>
        ) : null}
        {kind === 'saved' && problem === null ? (
          <Button look="quiet" aria-label={words.forgetOf(name)} onClick={() => void forgetKeys(session, name)}>
            {words.forget}
          </Button>
        ) : null}
        <Button look="quiet" aria-label={words.testOf(name)} onClick={() => openTest(session, address(), { isWhole: false })}>
          {words.testShort}
        </Button>
      </div>
    </li>
  );
}

/** When it ends and what it cannot do; nothing where there is nothing to say. */
function End({ endsAt, canSign, now }: Pick<Account, 'endsAt' | 'canSign'> & { readonly now: number }) {
  const left = endsAt === null ? null : Date.parse(endsAt) - now;
  return (
    <div className={styles.end}>
      {endsAt === null || left === null ? null : (
        <span className={left < endsSoonMs ? styles.soon : undefined}>
          {left <= 0 ? words.loginEnded : words.endsIn(formatEnd(endsAt, now), formatLeft(left))}
        </span>
      )}
      {canSign === false ? <span>{words.cannotSignLinks}</span> : null}
    </div>
  );
}
