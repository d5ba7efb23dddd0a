/** Errors in the bottom panel: of this table or of the library, by cause, each with what can be done about it. */
import { CircleCheck } from 'lucide-react';
import { useCallback } from 'react';
import type { ErrorGroup } from '../../../src-shared/contract/errors.ts';
import { useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { EmptyPlace } from '../../ui/empty-place.tsx';
import { RadioRow } from '../../ui/radio-row.tsx';
import { chooseIdentity, openTest } from '../settings/settings-deeds.ts';
import { addressOfGroup, canRetry, copyLogin, goToCell, isAboutAccess, retryGroup, showRows } from './error-deeds.ts';
import { ErrorList } from './error-list.tsx';
import styles from './errors-panel.module.css';
import { setScope, toggleGroup } from './follow-errors.ts';

/** The whole tab. */
export function ErrorsPanel() {
  const session = useSession();
  const { groups, open, pages, error } = useIn(session.errors, (state) => state);
  // A page that came draws the lines again; the store holds the pages themselves.
  useIn(session.errors, (state) => state.drawn);
  const onShow = useCallback((start: number, end: number) => pages?.want(start, end), [pages]);
  const withAddress = (group: ErrorGroup, deed: (address: string) => void) =>
    isAboutAccess(group) ? () => void addressOfGroup(session, group).then((address) => address !== null && deed(address)) : null;
  return (
    <div className={styles.panel}>
      {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
      {groups === null ? null : groups.length === 0 ? (
        <EmptyPlace icon={CircleCheck} text={words.noErrors} />
      ) : (
        <ErrorList
          groups={groups}
          open={open}
          cellAt={(place) => pages?.cellAt(place)}
          onShow={onShow}
          onToggle={(cause) => toggleGroup(session, cause)}
          onGo={(cell) => void goToCell(session, cell)}
          onRetry={(group) => (canRetry(group) ? () => void retryGroup(session, group) : null)}
          onShowRows={(group) => {
            const [only, ...more] = group.tables;
            return only && more.length === 0 ? () => void showRows(session, group.cause, only) : null;
          }}
          onCopyLogin={({ example }) => {
            const login = example.details?.login;
            return login === undefined ? null : () => void copyLogin(session, login);
          }}
          onTestAccess={(group) => withAddress(group, (address) => openTest(session, address, { isWhole: true }))}
          onChooseIdentity={(group) => withAddress(group, (address) => chooseIdentity(session, address))}
        />
      )}
    </div>
  );
}

/** Whose errors are shown; without an open table there is nothing to choose. */
export function ErrorScopeSwitch() {
  const session = useSession();
  const scope = useIn(session.errors, (state) => state.scope);
  const isInTable = useIn(session.place, (state) => state.place.kind === 'table');
  if (!isInTable) return null;
  return (
    <RadioRow
      label={words.errorsOf}
      look="bar"
      options={[
        { value: 'table', label: words.scopes.table },
        { value: 'library', label: words.scopes.library },
      ]}
      value={scope}
      onChange={(one) => setScope(session, one)}
    />
  );
}
