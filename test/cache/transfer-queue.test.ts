import { expect, test } from 'vitest';
import { createTransferQueue } from '../../src-main/cache/transfer-queue.ts';

const signal = new AbortController().signal;

/** Sleeps that end when the test says so. */
function sleeper() {
  const asleep: { ms: number; wake: () => void }[] = [];
  const sleep = (ms: number) => new Promise<void>((wake) => asleep.push({ ms, wake }));
  return { asleep, sleep };
}

function queueOf(total: number, perHost: number, sleep: (ms: number) => Promise<void> = async () => undefined) {
  return createTransferQueue({ total: () => total, perHost: () => perHost, sleep });
}

/** Lets settled promises tell what they have to. */
async function turn(): Promise<void> {
  await new Promise(setImmediate);
}

test('no more run than the cap in all and the cap per host allow', async () => {
  const queue = queueOf(3, 2);
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
  const queue = queueOf(1, 1);
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
  const queue = queueOf(1, 1);
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

test('a host that asks to slow down is paused alone, then takes half as many, and one more with each success', async () => {
  const { asleep, sleep } = sleeper();
  const queue = queueOf(20, 4, sleep);
  const started: string[] = [];
  const enter = (host: string) => {
    const ticket = queue.enter(host, 'asked', signal);
    void ticket.ready.then(() => started.push(host));
    return ticket;
  };
  const first = [enter('slow'), enter('slow')];
  queue.throttled('slow', 700);
  queue.throttled('slow', 900); // the other one that ran is refused as well: the pause is longer, the cap is not halved again
  for (const ticket of first) ticket.release();
  for (let count = 0; count < 4; count += 1) enter('slow');
  enter('other');
  await turn();
  expect(started).toEqual(['slow', 'slow', 'other']);
  expect(asleep.map(({ ms }) => ms)).toEqual([700, 900]);
  asleep[0]?.wake();
  await turn();
  expect(started).toHaveLength(3);
  asleep[1]?.wake();
  await turn();
  expect(started).toEqual(['slow', 'slow', 'other', 'slow', 'slow']);
  queue.succeeded('slow');
  await turn();
  expect(started).toHaveLength(6);
  queue.succeeded('slow');
  await turn();
  expect(started).toHaveLength(7);
});

test('a cap that was raised while transfers wait lets more of them start', async () => {
  const caps = { total: 1 };
  const queue = createTransferQueue({ total: () => caps.total, perHost: () => 5, sleep: async () => undefined });
  queue.enter('h', 'asked', signal);
  const second = queue.enter('h', 'asked', signal);
  caps.total = 2;
  queue.changed();
  await second.ready;
  expect(queue.running).toBe(2);
});
