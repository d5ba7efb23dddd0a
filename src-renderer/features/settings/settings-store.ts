/** What the settings pages show, and what is being typed there: a draft outlives leaving its page. No secret is kept here. */
import { createStore } from 'zustand/vanilla';
import type { AdoptedEnvironment, MfaQuestion } from '../../../src-shared/contract/accounts.ts';
import type { SettingsSeen } from '../../../src-shared/contract/settings.ts';
import type { AccessStep } from '../../../src-shared/model/access.ts';
import type { Account } from '../../../src-shared/model/account.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import type { StoreDraft } from './store-draft.ts';

/** The pages, in the order of the list. */
export const settingsPages = ['general', 'accounts', 'stores', 'fetching', 'cache', 'privacy', 'library', 'about'] as const;
export type SettingsPage = (typeof settingsPages)[number];

/** The test of one address. */
export interface TestState {
  readonly address: string;
  /** The address that `steps` are of; null before the first test. */
  readonly testedAddress: string | null;
  readonly steps: readonly AccessStep[];
  /** Why there was no test at all. */
  readonly error: VitrineError | null;
  /** Ends the one that runs. */
  readonly stop: (() => void) | null;
}

/** Keys as they are typed, the secret left out. */
export interface KeysDraft {
  readonly name: string;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly match: string;
}

export interface SettingsState {
  /** Null until they were read. */
  readonly seen: SettingsSeen | null;
  readonly accounts: readonly Account[] | null;
  /** What was taken over from the login shell; null until it was read. */
  readonly environment: AdoptedEnvironment | null;
  /** One-time codes that roles wait for. */
  readonly questions: readonly MfaQuestion[];
  readonly test: TestState;
  /** Null while the form of keys is closed. */
  readonly keys: KeysDraft | null;
  /** Null while the form of a store rule is closed. */
  readonly store: StoreDraft | null;
  /** What is typed of an allowed host. */
  readonly host: string;
  /** Tells the field of the test to take the focus; counts up. */
  readonly testAsked: number;
}

/** An empty form. */
export const noKeys: KeysDraft = { name: '', endpoint: '', region: '', accessKeyId: '', match: '' };

/** Makes the store of the settings pages. */
export function createSettingsStore() {
  return createStore<SettingsState>(() => ({
    seen: null,
    accounts: null,
    environment: null,
    questions: [],
    test: { address: '', testedAddress: null, steps: [], error: null, stop: null },
    keys: null,
    store: null,
    host: '',
    testAsked: 0,
  }));
}
export type SettingsStore = ReturnType<typeof createSettingsStore>;
