import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { stalls } from '../servers/faults.ts';
import { startHttpServer } from '../servers/http-server.ts';
import { storedObject } from '../servers/stored-object.ts';
import { addColumn, idOf, insertUrls, inWords, newFolder, openRoom, picture, removeFolder, rowsOf } from './compute-room.ts';

test('after kill -9 every cell that was stored is there, and only the others are asked again', async () => {
  const folder = newFolder();
  const server = await startHttpServer();
  const urls: string[] = [];
  for (let index = 0; index < 30; index += 1) {
    const image = storedObject(await picture(10 + index, 5), { type: 'image/png' });
    urls.push(index < 20 ? server.put(`/p${index}.png`, image) : server.put(`/p${index}.png`, image, stalls({ times: 1 })));
  }
  const before = await openRoom(folder);
  const table = await before.catalog.tree.createTable('pier', [{ name: 'image', type: 'image' }], { ifNotExists: false });
  await insertUrls(before.catalog, table, urls);
  await addColumn(before, 'pier', 'width', 'image.width');
  await before.close();

  const child = fork(fileURLToPath(new URL('./computing-child.ts', import.meta.url)), [folder], { execArgv: [] });
  const ended = once(child, 'exit');
  let written = 0;
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: { written: number }) => {
      written += message.written;
      if (written >= 20) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The process ended by itself with ${code}.`)));
  });
  child.kill('SIGKILL');
  await ended;
  server.release();

  const after = await openRoom(folder);
  try {
    const whole = await after.catalog.tree.getTable('pier');
    const cells = async () => (await rowsOf(after, whole)).map((row) => inWords(row.cells.width));
    expect((await cells()).slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, index) => `ok ${10 + index}`));
    const asked = server.counters.requests;
    expect(await after.compute.run({ table: whole, columnIds: [idOf(whole, 'width')] })).toMatchObject({ values: 10, errors: 0 });
    expect(server.counters.requests).toBe(asked + 10);
    expect(await cells()).toEqual(Array.from({ length: 30 }, (_, index) => `ok ${10 + index}`));
  } finally {
    await after.close();
    await server.close();
    removeFolder(folder);
  }
});
