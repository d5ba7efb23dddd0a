import { expect, test } from 'vitest';
import { createMfaDesk, type MfaDesk } from '../../src-main/credentials/mfa-desk.ts';
import { outcomeOf } from '../../src-shared/model/error.ts';

const question = { profile: 'm', role: 'arn:role/Careful', device: 'arn:mfa/phone', wasRefused: false };
const words = async (asking: Promise<string>) => {
  const outcome = await outcomeOf(() => asking);
  return outcome.ok ? outcome.value : outcome.error.message;
};
const none = 'The role arn:role/Careful needs a one-time code of arn:mfa/phone, and none was given.';

/** A desk with somebody at it, who writes down which questions were open at each change. */
function desk(options: { patienceMs?: number } = {}): { desk: MfaDesk; seen: number[][] } {
  const made = createMfaDesk(options);
  const seen: number[][] = [];
  made.onChanged((open) => seen.push(open.map(({ id }) => id)));
  return { desk: made, seen };
}

test('two that ask for the same at once share one answer, and another device is another question', async () => {
  const { desk: made, seen } = desk();
  const same = [made.ask(question), made.ask(question)].map(words);
  const other = words(made.ask({ ...question, device: 'arn:mfa/key' }));
  expect([made.answer(1, '123456'), made.answer(2, '654321'), made.answer(1, '000000')]).toEqual([true, true, false]);
  expect([await Promise.all(same), await other, seen]).toEqual([['123456', '123456'], '654321', [[1], [1, 2], [2], []]]);
});

test('a question that nobody answers is closed after a while', async () => {
  const { desk: made, seen } = desk({ patienceMs: 1 });
  expect([await words(made.ask(question)), seen]).toEqual([none, [[1], []]]);
});

test('where nobody is, nobody is asked', async () => {
  expect(await words(createMfaDesk().ask(question))).toBe(none);
});

test('a library that closes lets nobody wait', async () => {
  const { desk: made } = desk();
  const waiting = words(made.ask(question));
  made.close();
  expect([await waiting, await words(made.ask(question))]).toEqual([none, none]);
});
