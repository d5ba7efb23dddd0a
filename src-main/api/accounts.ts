/** Identities that were found on this computer, keys typed by hand, and the way to a file. */
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import { Failure } from '../../src-shared/model/error.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { Library } from '../library.ts';
import { readReference } from './read-reference.ts';

/** Handlers of `accounts.…`. */
export function accountHandlers(library: Library): HandlersOf<'accounts'> {
  const { accounts, access, environment, mfa, savedKeys, settings } = library;

  function referenceOf(url: string, cwd: string | undefined): Reference {
    const read = readReference(library, url, cwd);
    if (!read.ok) throw new Failure(read.error);
    return read.value;
  }

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
    explain: ({ url, cwd }, { signal }) => access.explain(referenceOf(url, cwd), signal),
    test: async ({ url, cwd }, { signal, report }) => ({ steps: await access.test(referenceOf(url, cwd), { signal, report }) }),
    save: async ({ match, mayUseFile, ...keys }) => {
      if (match !== null) settings.checkRule({ match, keys: keys.name });
      const keptIn = await savedKeys.save(keys, { mayUseFile });
      if (keptIn !== null && match !== null) await settings.nameKeys(match, keys.name);
      return { keptIn, file: savedKeys.file };
    },
    forget: async ({ name }) => ({
      isForgotten: await savedKeys.forget(name),
      rules: settings.current().stores.flatMap(({ keys, match }) => (keys === name ? [match] : [])),
    }),
  };
}
