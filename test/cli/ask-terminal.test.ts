import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { askTerminal } from '../../src-main/hosts/cli/ask-terminal.ts';

const { signal } = new AbortController();

it.each([
  ['shows what is typed', false, true],
  ['shows nothing of a secret', true, false],
])('asks at a terminal and %s', async (_what, isHidden, isShown) => {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked = askTerminal('Secret key: ', { isHidden, signal, input, output, interrupt: () => {} });
  input.write('typed-text\r');
  expect(await asked).toBe('typed-text');
  const shown = String(output.read());
  expect([shown.startsWith('Secret key: '), shown.includes('typed-text')]).toEqual([true, isShown]);
});

it.each([
  ['Ctrl+C, and passes it on', 1, (input: PassThrough) => input.write('\u0003')],
  ['the end of the input', 0, (input: PassThrough) => input.end()],
  ['a question that is taken back', 0, (_input: PassThrough, back: AbortController) => back.abort()],
])('gives nothing at %s', async (_what, interruptions, giveUp) => {
  const input = new PassThrough();
  const back = new AbortController();
  let interrupted = 0;
  const asked = askTerminal('? ', {
    isHidden: true,
    signal: back.signal,
    input,
    output: new PassThrough(),
    interrupt: () => {
      interrupted += 1;
    },
  });
  giveUp(input, back);
  expect([await asked, interrupted]).toEqual([null, interruptions]);
});
