/** Answers the questions for one-time codes that a command raises: with the code of `--mfa`, else from the terminal. */
import type { MfaQuestion } from '../../../src-shared/contract/accounts.ts';
import type { AskTerminal, OpenConnection } from './surroundings.ts';

/** What may be typed as a code. Source: TokenCode of https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const codeForm = /^\d{6}$/;

/**
 * Listens for questions until the answer is called. Those that were open before belong to others and are left to them. Without a code and
 * without a terminal a question is declined where this process owns the library; else the window that does may answer it.
 * @param options.code of `--mfa`: for the first question only, since a code works once
 * @param options.say gets a line for people
 */
export function answerCodes(
  connection: OpenConnection,
  options: { code: string | null; askTerminal: AskTerminal | null; say: (line: string) => void },
): () => void {
  const { client } = connection;
  const taken = new Map<number, AbortController>();
  const ofOthers = connection.ownsLibrary().then(async (isOwner) => {
    const open = isOwner ? null : await client.accounts.list({});
    return new Set(open?.ok ? open.value.questions.map(({ id }) => id) : []);
  });
  let { code } = options;

  async function answer({ id, role, device, wasRefused }: MfaQuestion, signal: AbortSignal): Promise<void> {
    const given = code;
    code = null;
    if (given !== null) {
      await client.accounts.answerMfa({ id, code: given });
    } else if (options.askTerminal) {
      const typed = await askUntilFit(
        options.askTerminal,
        `${wasRefused ? 'The code was refused. ' : ''}One-time code of ${device} for ${role}: `,
        signal,
      );
      if (!signal.aborted) await client.accounts.answerMfa({ id, code: typed });
    } else if (await connection.ownsLibrary()) {
      await client.accounts.answerMfa({ id, code: null });
    } else {
      options.say(`The role ${role} waits for a one-time code of ${device}: type it in the open window, or stop and give --mfa CODE.`);
    }
  }

  const end = connection.listen('mfaAsked', ({ questions }) => {
    void ofOthers.then((others) => {
      for (const [id, asking] of taken) if (!questions.some((question) => question.id === id)) asking.abort();
      for (const question of questions) {
        if (others.has(question.id) || taken.has(question.id)) continue;
        const asking = new AbortController();
        taken.set(question.id, asking);
        void answer(question, asking.signal);
      }
    });
  });
  return () => {
    end();
    for (const asking of taken.values()) asking.abort();
  };
}

/** Null where nothing was typed. */
async function askUntilFit(ask: AskTerminal, prompt: string, signal: AbortSignal): Promise<string | null> {
  for (let words = prompt; ; words = `A code has six digits. ${prompt}`) {
    const typed = (await ask(words, { isHidden: false, signal }))?.replace(/\s/g, '') ?? '';
    if (typed === '') return null;
    if (codeForm.test(typed)) return typed;
  }
}
