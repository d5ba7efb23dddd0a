/** What the settings pages do: read, write, test, and the ways that lead there. */
import type { FailedCell } from '../../../src-shared/contract/errors.ts';
import type { SettingsSeen } from '../../../src-shared/contract/settings.ts';
import type { Outcome, VitrineError } from '../../../src-shared/model/error.ts';
import { say, sayError, speak } from '../../app/notice-store.ts';
import { goTo } from '../../app/place-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { copyText } from '../table/row-deeds.ts';
import type { SettingsPage } from './settings-store.ts';
import { bucketOf, draftOf, newDraft, ruleOf, type StoreDraft, schemeOf } from './store-draft.ts';

/** Reads the accounts anew. Open questions are told by events, which an answer that took long must not write over. */
export async function readAccounts({ client, settings }: Session): Promise<void> {
  const answer = await client.accounts.list({});
  if (answer.ok) settings.setState({ accounts: answer.value.accounts });
}

/** The same at the start and after the core was away, with the questions that were asked before anybody listened. */
export async function readAccountsFirst({ client, settings }: Session): Promise<void> {
  settings.setState({ questions: [] });
  const answer = await client.accounts.list({});
  if (!answer.ok) return;
  const { accounts, questions } = answer.value;
  settings.setState((state) => ({ accounts, questions: state.questions.length > 0 ? state.questions : questions }));
}

/** Reads anew what was taken over from the login shell. */
export async function readEnvironment({ client, settings }: Session): Promise<void> {
  const answer = await client.accounts.environment({});
  if (answer.ok) settings.setState({ environment: answer.value });
}

/** Reads the settings anew. */
export async function readSettings({ client, settings }: Session): Promise<void> {
  const answer = await client.settings.get({});
  if (answer.ok) settings.setState({ seen: answer.value });
}

/** Keeps what the pages show true for as long as the window lives. */
export function followSettings(session: Session): void {
  const { listen, settings } = session;
  listen('settingsChanged', () => {
    void readSettings(session);
    void readEnvironment(session);
  });
  listen('accountsChanged', () => void readAccounts(session));
  listen('mfaAsked', ({ questions }) => settings.setState({ questions }));
}

/** Opens the settings at a page. */
export function openSettings(session: Session, page: SettingsPage): void {
  goTo(session.place, { kind: 'settings', page });
}

/** Opens the accounts page with an address to test; a whole one is tested at once. */
export function openTest(session: Session, address: string, { isWhole }: { readonly isWhole: boolean }): void {
  const { settings } = session;
  settings.getState().test.stop?.();
  settings.setState((state) => ({
    test: { address, testedAddress: null, steps: [], error: null, stop: null },
    testAsked: state.testAsked + 1,
  }));
  openSettings(session, 'accounts');
  if (isWhole) void testAccess(session);
}

/** Opens the form of the store rule that is for this very match, else of a new one. */
export function openStore(session: Session, known: Partial<StoreDraft>): void {
  const stores = session.settings.getState().seen?.settings.stores ?? [];
  const place = stores.findIndex(({ match }) => match === known.match || `${match}/` === known.match);
  const rule = stores[place];
  session.settings.setState({ store: rule ? { ...draftOf(rule, place), ...known, match: rule.match } : newDraft(known) });
  openSettings(session, 'stores');
}

/** The same for who is used towards the bucket of an address. */
export function chooseIdentity(session: Session, address: string): void {
  openStore(session, { match: bucketOf(address), who: schemeOf({ match: address }) === 's3' ? 'profile' : 'anonymous' });
}

/** The address of a failed cell's file; null where its row has none. */
export async function addressOfCell({ client }: Session, { tableId, rowId }: FailedCell): Promise<string | null> {
  const row = await client.rows.inspect({ table: tableId, rowId });
  return row.ok ? (row.value.media[0]?.canonical ?? null) : null;
}

/** Tests the address in the field; a test that runs gives way. */
export async function testAccess(session: Session): Promise<void> {
  const { client, settings, notices } = session;
  const { address, stop } = settings.getState().test;
  const asked = address.trim();
  if (asked === '') return;
  stop?.();
  const abort = new AbortController();
  const isMine = () => !abort.signal.aborted;
  settings.setState({
    test: {
      address,
      testedAddress: asked,
      steps: [],
      error: null,
      stop: () => {
        abort.abort();
        settings.setState((state) => ({ test: { ...state.test, stop: null } }));
      },
    },
  });
  const answer = await client.accounts.test(
    { url: asked },
    {
      signal: abort.signal,
      onProgress: (step) => {
        if (isMine()) settings.setState((state) => ({ test: { ...state.test, steps: [...state.test.steps, step] } }));
      },
    },
  );
  if (!isMine()) return;
  const steps = answer.ok ? answer.value.steps : settings.getState().test.steps;
  settings.setState((state) => ({ test: { ...state.test, steps, error: answer.ok ? null : answer.error, stop: null } }));
  const failed = steps.find(({ state }) => state === 'failed');
  speak(notices, answer.ok ? (failed ? words.accessFailed(failed.text) : words.accessWorks) : answer.error.message);
}

/** Writes one setting; what was wrong is said, and the answer is false. */
export async function setSetting(session: Session, key: string, value: SettingValue, expected?: SettingValue): Promise<boolean> {
  const answer = await session.client.settings.set({ key, value, ...(expected === undefined ? {} : { expected }) });
  return taken(session, answer);
}

type SettingValue = Parameters<Session['client']['settings']['set']>[0]['value'];

function taken(session: Session, answer: Outcome<SettingsSeen>): boolean {
  if (answer.ok) session.settings.setState({ seen: answer.value });
  else sayError(session.notices, answer.error);
  return answer.ok;
}

/** Writes the rule of the form where nobody changed it meanwhile. Null where it is written, else why not. */
export async function saveStore(session: Session, draft: StoreDraft): Promise<VitrineError | null> {
  const { seen } = session.settings.getState();
  const place = draft.place ?? seen?.settings.stores.length ?? 0;
  const answer = await session.client.settings.set({
    key: `stores.${place}`,
    value: JSON.parse(JSON.stringify(ruleOf(draft))),
    ...(draft.was === null ? {} : { expected: JSON.parse(JSON.stringify(draft.was)) }),
  });
  if (!answer.ok) return answer.error;
  session.settings.setState({ seen: answer.value, store: null });
  say(session.notices, words.storeSaved(draft.match.trim()));
  return null;
}

/** Takes a rule away; Undo puts it back where it was. */
export async function removeStore(session: Session, place: number): Promise<void> {
  const before = session.settings.getState().seen?.settings.stores;
  const rule = before?.[place];
  if (!before || !rule) return;
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
  const answer = await session.client.settings.unset({ key: `stores.${place}`, expected: plain(rule) });
  if (!answer.ok) {
    sayError(session.notices, answer.error);
    return;
  }
  const after = answer.value.seen;
  session.settings.setState({ seen: after });
  say(session.notices, words.storeRemoved(rule.match), {
    label: words.undo,
    run: () =>
      void setSetting(session, 'stores', plain(before), after.settings.stores.length > 0 ? plain(after.settings.stores) : undefined),
  });
}

/** Forgets saved keys; a rule that still names them is said. */
export async function forgetKeys(session: Session, name: string): Promise<void> {
  const answer = await session.client.accounts.forget({ name });
  if (!answer.ok) sayError(session.notices, answer.error);
  else say(session.notices, words.keysForgotten(name, answer.value.rules));
  await readAccounts(session);
}

/** Copies the command that logs in again. */
export async function copyLoginCommand(session: Session, login: string): Promise<void> {
  await copyText(session, login, words.loginCopied);
}
