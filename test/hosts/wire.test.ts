import { expect, test } from 'vitest';
import type { Dispatch } from '../../src-main/api/dispatch.ts';
import { createClientEnd, serveCalls } from '../../src-main/hosts/wire.ts';
import type { Caller } from '../../src-shared/contract/contract.ts';
import { fail } from '../../src-shared/model/error.ts';

const caller: Caller = {
  name: 'window',
  capabilities: { dragOut: false, revealInFolder: false, openFile: false, nativeMenu: false, filePaths: true, mediaBase: '' },
};

/** Two ends with JSON between them, as on a real wire. */
function wire(dispatch: Dispatch) {
  const server = serveCalls({ dispatch, caller, send: (message) => client.receive(JSON.parse(JSON.stringify(message))) });
  const client = createClientEnd((message) => queueMicrotask(() => server.receive(JSON.parse(JSON.stringify(message)))));
  return { client, server };
}

test('progress comes before the answer, to its caller alone', async () => {
  const { client } = wire(async ({ name, report }) => {
    report(`${name} half`);
    return { ok: true, value: name };
  });
  const heard: unknown[] = [];
  const first = client.connection.client.jobs.list({}, { onProgress: (progress) => heard.push(progress) });
  const second = client.connection.client.trash.list({});
  expect(await Promise.all([first, second])).toEqual([
    { ok: true, value: 'jobs.list' },
    { ok: true, value: 'trash.list' },
  ]);
  expect(heard).toEqual(['jobs.list half']);
});

test('aborting a call reaches the handler, and its answer still ends the call', async () => {
  const { client } = wire(
    ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ ok: false, error: fail('cancelled', { message: 'Stopped by you.' }).error }));
      }),
  );
  const stop = new AbortController();
  const call = client.connection.client.jobs.list({}, { signal: stop.signal });
  stop.abort();
  expect(await call).toMatchObject({ ok: false, error: { cause: 'cancelled' } });
});

test('a lost connection answers open calls and later ones with the reason', async () => {
  const { client } = wire(() => new Promise(() => undefined));
  const open = client.connection.client.jobs.list({});
  client.fail(fail('unreachable', { message: 'Gone.' }).error);
  const lost = { ok: false, error: { cause: 'unreachable', message: 'Gone.', next: null } };
  expect(await open).toEqual(lost);
  expect(await client.connection.client.jobs.list({})).toEqual(lost);
});

test('a server end leaves when its last call is answered, and begins none from then on', async () => {
  let finish: () => void = () => undefined;
  let begun = 0;
  const { client, server } = wire(
    () =>
      new Promise((resolve) => {
        begun += 1;
        finish = () => resolve({ ok: true, value: [] });
      }),
  );
  const call = client.connection.client.jobs.list({});
  await Promise.resolve();
  const order: string[] = [];
  const idle = server.leave().then(() => order.push('left'));
  order.push('still busy');
  finish();
  await Promise.all([call, idle]);
  expect(order).toEqual(['still busy', 'left']);
  void client.connection.client.jobs.list({});
  await Promise.resolve();
  expect(begun).toBe(1);
});
