/** Identities that were found on this computer. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { Library } from '../library.ts';

/** Handlers of `accounts.…`. */
export function accountHandlers({ accounts, environment, mfa }: Library): HandlersOf<'accounts'> {
  return {
    list: async () => {
      const questions = [...mfa.open()];
      await environment();
      return { accounts: accounts(), questions };
    },
    environment: async () => {
      const { names, ...rest } = await environment();
      return { names: [...names], ...rest };
    },
    answerMfa: ({ id, code }) => ({ isTaken: mfa.answer(id, code) }),
  };
}
