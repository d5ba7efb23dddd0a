/** Identities that were found on this computer. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `accounts.…`. */
export function accountHandlers({ accounts, mfa }: Library): HandlersOf<'accounts'> {
  return {
    list: () => ({ accounts: accounts(), questions: [...mfa.open()] }),
    answerMfa: ({ id, code }) => ({ isTaken: mfa.answer(id, code) }),
  };
}
