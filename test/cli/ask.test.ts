import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { askAtTerminal } from '../../src-main/hosts/cli/ask.ts';

it.each([
  ['shows what is typed', false, true],
  ['shows nothing of a secret', true, false],
])('asks at a terminal and %s', async (_what, isHidden, isShown) => {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked = askAtTerminal('Secret key: ', { isHidden, input, output });
  input.write('typed-text\r');
  expect(await asked).toBe('typed-text');
  const shown = String(output.read());
  expect([shown.startsWith('Secret key: '), shown.includes('typed-text')]).toEqual([true, isShown]);
});

it.each([
  ['Ctrl+C', (input: PassThrough) => input.write('\u0003')],
  ['the end of the input', (input: PassThrough) => input.end()],
])('gives nothing at %s', async (_what, giveUp) => {
  const input = new PassThrough();
  const asked = askAtTerminal('? ', { isHidden: true, input, output: new PassThrough() });
  giveUp(input);
  expect(await asked).toBeNull();
});
