/** Stores: rules for buckets and prefixes that are not reached by their provider's defaults. */
import { Plus } from 'lucide-react';
import type { StoreRule } from '../../../src-shared/model/store-rule.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './settings.module.css';
import { openTest, removeStore } from './settings-deeds.ts';
import { draftOf, newDraft } from './store-draft.ts';
import { StoreForm } from './store-form.tsx';

export function StoresPage() {
  const session = useSession();
  const stores = useIn(session.settings, (state) => state.seen?.settings.stores ?? null);
  const draft = useIn(session.settings, (state) => state.store);
  if (stores === null) return null;
  return (
    <>
      <p className={styles.lead}>{words.storesLead}</p>
      {stores.length === 0 && draft === null ? <p className={styles.none}>{words.noStores}</p> : null}
      {stores.length === 0 ? null : (
        <ul className={styles.rows} aria-label={words.stores}>
          {stores.map((rule, place) =>
            draft?.place === place ? (
              <li key={rule.match}>
                <StoreForm draft={draft} />
              </li>
            ) : (
              <StoreRow key={rule.match} rule={rule} place={place} />
            ),
          )}
        </ul>
      )}
      {draft?.place === null ? (
        <StoreForm draft={draft} />
      ) : (
        <Button icon={<Icon of={Plus} />} className={styles.add ?? ''} onClick={() => session.settings.setState({ store: newDraft() })}>
          {words.addStore}
        </Button>
      )}
    </>
  );
}

function StoreRow({ rule, place }: { readonly rule: StoreRule; readonly place: number }) {
  const session = useSession();
  const [, scheme = '', rest = ''] = /^(\w+):\/\/(.*)$/s.exec(rule.match) ?? [];
  return (
    <li className={styles.row}>
      <span className={styles.tag}>{scheme.toUpperCase()}</span>
      <div className={styles.what}>
        <span className={styles.name}>{rest}</span>
        <span className={styles.detail}>{words.ruleInWords(rule)}</span>
        {rule.requester_pays ? <span className={styles.cost}>{words.requesterPaysNote}</span> : null}
      </div>
      <div className={styles.deeds}>
        <Button
          look="quiet"
          aria-label={words.testOf(rule.match)}
          onClick={() => openTest(session, rule.match.replace(/^(?:(?:s3|gs):\/\/[^/]+|az:\/\/[^/]+\/[^/]+)$/, '$&/'), { isWhole: false })}
        >
          {words.testShort}
        </Button>
        <Button
          look="quiet"
          aria-label={words.editOf(rule.match)}
          onClick={() => session.settings.setState({ store: draftOf(rule, place) })}
        >
          {words.edit}
        </Button>
        <Button look="quiet" aria-label={words.removeOf(rule.match)} onClick={() => void removeStore(session, place)}>
          {words.remove}
        </Button>
      </div>
    </li>
  );
}
