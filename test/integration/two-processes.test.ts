import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commandLine, connectLibrary } from '../../src-main/hosts/local-socket/connect.ts';
import { openOwned } from '../../src-main/hosts/local-socket/open-owned.ts';
import type { Connection } from '../../src-shared/contract/contract.ts';
import { stalls } from '../servers/faults.ts';
import { type HttpServer, startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import {
  cellsInWords,
  got,
  inSentences,
  newPlace,
  nextEvent,
  openOptions,
  picture,
  refused,
  rowsOf,
  type TestPlace,
  tableOf,
} from './test-library.ts';

let server: HttpServer;
let place: TestPlace;
let owner: ChildProcess;
let mine: Connection & { close(): Promise<void> };

/** Waits for the owner to say this. Its messages are few and awaited in their order. */
async function whenSaid(word: string): Promise<void> {
  const [said] = (await once(owner, 'message')) as [unknown];
  expect(said).toBe(word);
}

beforeEach(async () => {
  server = await startHttpServer();
  place = newPlace();
  owner = fork(fileURLToPath(new URL('./owning-child.ts', import.meta.url)), [place.root], { execArgv: ['--no-warnings'] });
  await whenSaid('owning');
  mine = await connectLibrary(openOptions(place));
});
afterEach(async () => {
  await mine.close();
  if (owner.exitCode === null && owner.signalCode === null) {
    const ended = once(owner, 'exit');
    owner.kill('SIGKILL');
    await ended;
  }
  server.release();
  await server.close();
  place.remove();
});

/** A table with a picture that answers at once, and one that answers no byte before it is released. */
async function stallingTable(): Promise<void> {
  const image = storedObject(await picture(21, 14), { type: 'image/png' });
  await tableOf(mine.client, [server.put('/prompt.png', image), server.put('/slow.png', image, stalls({ times: 1 }))], 'shared');
}

test('a client works through the process that owns the library, and hears what happens there', async () => {
  expect(await openOwned(openOptions(place), commandLine)).toBeNull();
  const second = await connectLibrary(openOptions(place));
  const heard = nextEvent(second.listen, 'treeChanged');
  await tableOf(mine.client, ['s3://bucket/a.png'], 'shared');
  await heard;
  expect((await rowsOf(second.client, 'shared')).map(({ cells }) => cells[0]?.media?.typed)).toEqual(['s3://bucket/a.png']);
  await second.close();
});

test('a client whose owner is killed takes over: reads go on, a write under way says that nobody knows, and nothing stored is lost', async () => {
  await stallingTable();
  const reading = mine.client.files.probe({ urls: [server.url('/slow.png')] });
  await server.whenRequested(({ rawPath }) => rawPath === '/slow.png', 'the read that stalls');
  server.spoil('/slow.png', stalls({ times: 1 }));
  const writing = mine.client.columns.addComputed({ table: 'shared', name: 'width', expression: 'image.width', compute: 'wait' });
  await server.whenRequested(({ rawPath }) => rawPath === '/prompt.png', 'the first picture of the column');
  const ended = once(owner, 'exit');
  owner.kill('SIGKILL');
  await ended;
  expect(inSentences(refused(await writing))).toBe(
    'unreachable: The Vitrine that has this library open ended before it answered. | Look at what is there, and do it again where it is missing.',
  );
  server.release();
  expect(got(await reading)).toMatchObject([{ ok: true, facts: { width: 21 } }]);
  expect(got(await mine.client.tables.get({ table: 'shared' }))).toMatchObject({ rowCount: 2, columns: [{}, { name: 'width' }] });
  got(await mine.client.columns.recompute({ table: 'shared', compute: 'wait' }));
  expect(await cellsInWords(mine.client, 'shared', 'width')).toEqual(['21', '21']);
  expect(await openOwned(openOptions(place), commandLine)).toBeNull();
});

test('what a client listened to is told by itself after it took over', async () => {
  const ended = once(owner, 'exit');
  const heard = nextEvent(mine.listen, 'treeChanged');
  owner.kill('SIGKILL');
  await ended;
  got(await mine.client.folders.list({}));
  got(await mine.client.folders.create({ path: 'afterwards' }));
  await heard;
});

test('an owner that leaves finishes the calls of its clients first', async () => {
  await stallingTable();
  const writing = mine.client.columns.addComputed({ table: 'shared', name: 'width', expression: 'image.width', compute: 'wait' });
  await server.whenRequested(({ rawPath }) => rawPath === '/slow.png', 'the picture that stalls');
  owner.send('leave');
  await whenSaid('leaving');
  const left = whenSaid('left');
  server.release();
  expect(got(await writing).result).toMatchObject({ values: 2, errors: 0 });
  await left;
  expect(await cellsInWords(mine.client, 'shared', 'width')).toEqual(['21', '21']);
});
