/** A process that may not write in the library it is given: says what it can read there and what is refused, as one line of JSON. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inSentences, openTestLibrary, refused, rowsOf } from './test-library.ts';

const [, , folder = ''] = process.argv;
const home = mkdtempSync(join(tmpdir(), 'vitrine-reader-'));
const library = await openTestLibrary({ place: { root: home, folder, home, remove: () => rmSync(home, { recursive: true }) } });
const rows = await rowsOf(library.client, 'pictures');
const added = refused(await library.client.columns.add({ table: 'pictures', name: 'note', type: 'string' }));
console.log(JSON.stringify({ addresses: rows.map(({ cells }) => cells[0]?.media?.typed), refused: inSentences(added) }));
await library.end();
