/** How fast a list of addresses becomes rows through the client, beside bare inserts of the same texts, and what it asks of the network. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Figure } from '../../scripts/bench-figure.ts';
import { got, openTestLibrary } from '../integration/test-library.ts';
import { startHttpServer } from '../servers/http-server.ts';

const rowCount = 100_000;

/** Imports a CSV list of 100,000 addresses of a server that counts its connections. */
export async function run(): Promise<Figure[]> {
  const server = await startHttpServer();
  const library = await openTestLibrary();
  try {
    const urls = Array.from({ length: rowCount }, (_, index) => server.url(`/photos/${index % 365}/img_${index}.jpg`));
    const list = join(library.place.root, 'list.csv');
    writeFileSync(list, `image\n${urls.join('\n')}\n`);
    got(await library.client.tables.create({ path: 'bench', columns: [{ name: 'image', type: 'image' }] }));
    const began = performance.now();
    const source = { kind: 'file' as const, path: list };
    const { rows } = got(await library.client.rows.insert({ table: 'bench', source, onError: 'abort', compute: 'none' }));
    const value = rowCount / ((performance.now() - began) / 1000);
    if (rows !== rowCount) throw new Error(`${rows} rows were inserted.`);
    const yardstick = bareInserts(join(library.place.root, 'bare.sqlite'), urls);
    const { connections } = server.counters;
    return [
      { name: 'import a list of 100,000', unit: 'rows/s', value, yardstick, ratio: value / yardstick, want: { atLeast: 0.167 } },
      {
        name: 'import a list: connections',
        unit: 'connections',
        value: connections,
        yardstick: 'none',
        ratio: connections,
        want: { atMost: 0 },
      },
    ];
  } finally {
    await library.end();
    await server.close();
  }
}

function bareInserts(file: string, urls: readonly string[]): number {
  const sqlite = new Sqlite(file);
  sqlite.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE bare (id INTEGER PRIMARY KEY, url TEXT NOT NULL) STRICT',
  );
  const insert = sqlite.prepare('INSERT INTO bare (url) VALUES (?)');
  const began = performance.now();
  sqlite.transaction(() => {
    for (const url of urls) insert.run(url);
  })();
  sqlite.close();
  return urls.length / ((performance.now() - began) / 1000);
}
