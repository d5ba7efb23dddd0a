import { expect, test } from 'vitest';
import { createDispatch, type HandlerTable } from '../../src-main/api/dispatch.ts';
import type { Log } from '../../src-main/log/log.ts';
import type { Caller } from '../../src-shared/contract/contract.ts';
import { fail, type VitrineError } from '../../src-shared/model/error.ts';

const caller: Caller = {
  name: 'command line',
  capabilities: { dragOut: false, revealInFolder: false, openFile: false, nativeMenu: false, filePaths: true, mediaBase: '' },
};

function door(handlers: HandlerTable, readOnly: VitrineError | null = null) {
  const bugs: string[] = [];
  const log: Log = { info: () => undefined, warn: () => undefined, bug: (message) => bugs.push(message), close: () => Promise.resolve() };
  const dispatch = createDispatch({ handlers, log, readOnly: () => readOnly });
  const call = (name: string, input: unknown) =>
    dispatch({ name, input, signal: new AbortController().signal, caller, report: () => undefined });
  return { call, bugs };
}

test('a call goes to its handler with checked input and comes back as a value', async () => {
  const { call } = door({ history: { list: (input: never) => [{ id: 1, at: 'now', label: JSON.stringify(input), undone: false }] } });
  expect(await call('history.list', { limit: 5 })).toEqual({
    ok: true,
    value: [{ id: 1, at: 'now', label: '{"limit":5}', undone: false }],
  });
});

test.each(['history.lists', 'history.constructor', 'constructor.name', 'toString', '', '__proto__.x'])(
  'the name "%s" is refused in words',
  async (name) => {
    const { call, bugs } = door({});
    const answer = await call(name, {});
    expect(answer).toMatchObject({ ok: false, error: { cause: 'unknown_name', message: `There is no call "${name}".` } });
    expect(bugs).toEqual([]);
  },
);

test('a misspelt call is answered with the nearest right one', async () => {
  expect(await door({}).call('history.lists', {})).toMatchObject({ error: { next: 'Did you mean history.list?' } });
});

test('input that does not fit names the place and never reaches the handler', async () => {
  const { call } = door({
    cache: {
      setLimit: () => {
        throw new Error('reached');
      },
    },
  });
  const answer = await call('cache.setLimit', { bytes: 'many' });
  expect(answer).toMatchObject({ ok: false, error: { cause: 'invalid_input' } });
  expect(JSON.stringify(answer)).toContain('cache.setLimit was called with something it does not take: bytes: ');
});

test('an expected failure comes back as it was made', async () => {
  const { call, bugs } = door({
    jobs: {
      list: () => {
        throw fail('not_found', { message: 'Gone.', next: 'Look elsewhere.' });
      },
    },
  });
  expect(await call('jobs.list', {})).toEqual({ ok: false, error: { cause: 'not_found', message: 'Gone.', next: 'Look elsewhere.' } });
  expect(bugs).toEqual([]);
});

test('a bug is internal to the caller and logged for us', async () => {
  const { call, bugs } = door({
    jobs: {
      list: () => {
        throw new TypeError('x is undefined');
      },
    },
  });
  expect(await call('jobs.list', {})).toMatchObject({ ok: false, error: { cause: 'internal' } });
  expect(bugs).toEqual(['jobs.list failed']);
});

test('an answer that does not fit the contract is a bug', async () => {
  const { call, bugs } = door({ jobs: { list: () => [{ id: 'one' }] } });
  expect(await call('jobs.list', {})).toMatchObject({ ok: false, error: { cause: 'internal' } });
  expect(bugs).toEqual(['jobs.list failed']);
});

test('a read-only library refuses writes with its reason and still reads', async () => {
  const reason = fail('newer_version', { message: 'This library was made by a newer Vitrine.' }).error;
  const { call } = door({ cache: { clear: () => ({ bytes: 0, files: 0 }) }, jobs: { list: () => [] } }, reason);
  expect(await call('cache.clear', {})).toEqual({ ok: false, error: reason });
  expect(await call('jobs.list', {})).toEqual({ ok: true, value: [] });
});
