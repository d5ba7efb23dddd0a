import { expect, test } from 'vitest';
import { createTransferQueue } from '../../src-main/cache/transfer-queue.ts';

const signal = new AbortController().signal;

/** Lets settled promises tell what they have to. */
async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

test('no more run than the cap in all and the cap per host allow', async () => {
  const queue = createTransferQueue({ total: 3, perHost: 2 });
  const started: string[] = [];
  const tickets = ['a1', 'a2', 'a3', 'b1', 'b2'].map((name) => {
    const ticket = queue.enter(name[0] ?? '', 'asked', signal);
    void ticket.ready.then(() => started.push(name));
    return ticket;
  });
  await turn();
  expect(started).toEqual(['a1', 'a2', 'b1']);
  tickets[0]?.release();
  await turn();
  expect(started).toEqual(['a1', 'a2', 'b1', 'a3']);
  tickets[0]?.release();
  await turn();
  expect(started).toHaveLength(4);
});

test('what somebody looks at goes before what a command waits for, and that before what fills a column', async () => {
  const queue = createTransferQueue({ total: 1, perHost: 1 });
  const first = queue.enter('h', 'background', signal);
  const started: string[] = [];
  const waiting = (['background', 'asked', 'visible', 'background'] as const).map((priority, index) => {
    const ticket = queue.enter('h', priority, signal);
    void ticket.ready.then(() => {
      started.push(`${priority} ${index}`);
      ticket.release();
    });
    return ticket;
  });
  waiting[3]?.raise('visible'); // somebody looks at it now
  first.release();
  await turn();
  expect(started).toEqual(['visible 2', 'background 3', 'asked 1', 'background 0']);
});

test('one that is cancelled while it waits never starts and takes no place', async () => {
  const queue = createTransferQueue({ total: 1, perHost: 1 });
  const first = queue.enter('h', 'asked', signal);
  const stop = new AbortController();
  const second = queue.enter('h', 'asked', stop.signal);
  const third = queue.enter('h', 'asked', signal);
  stop.abort();
  await expect(second.ready).rejects.toThrow('Stopped by you.');
  second.release();
  first.release();
  await third.ready;
  expect(queue.running).toBe(1);
});
