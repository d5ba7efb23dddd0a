import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine, withoutTimes } from './command-line.ts';

const sample = join(import.meta.dirname, '..', '..', 'assets', 'sample');

describe('the command line, from an empty library to a query', () => {
  let line: CommandLine;
  beforeAll(() => {
    line = commandLine({ keepsOpen: true });
    for (const name of ['marble.png', 'orientation-1.jpg', 'broken.jpg']) copyFileSync(join(sample, name), join(line.folder, name));
  });
  afterAll(() => line.remove());

  /** Exit code, output and errors as one text, times taken out. */
  async function played(argv: readonly string[], input?: string): Promise<string> {
    const { code, out, err } = await line.run(argv, input === undefined ? {} : { input });
    return withoutTimes([`exit ${code}`, out.trimEnd(), err.trimEnd()].filter((part) => part !== '').join('\n')).replaceAll('\r', '');
  }

  it('creates folders and tables, and says why not', async () => {
    expect([
      await played(['dir', 'create', 'photos']),
      await played(['dir', 'create', 'photos']),
      await played(['dir', 'create', 'photos', '--if-not-exists', '--json']),
      await played(['table', 'create', 'photos/beach', 'image:imge']),
      await played(['table', 'create', 'photos.beach', 'image:image', 'note:string']),
      await played(['table', 'list', 'photos', '--json']),
      await played(['dir', 'drop', 'photos']),
      await played(['dir', 'drop', 'missing', '--force']),
    ]).toMatchInlineSnapshot(`
      [
        "exit 0
      Folder photos is there.",
        "exit 2
      There is already a folder "photos" here. Choose another name for the folder.",
        "exit 0
      {"path":"photos"}",
        "exit 2
      "image:imge" is no column. Did you mean image:image?",
        "exit 0
      Table photos/beach with image:image note:string.",
        "exit 0
      [{"path":"photos/beach","rows":0,"columns":[{"name":"image","type":"image","kind":"media","expression":null},{"name":"note","type":"string","kind":"plain","expression":null}]}]",
        "exit 2
      The folder "photos" is not empty: it has 1 table. Drop what is in it first, or drop it with force.",
        "exit 0
      There was no folder missing.",
      ]
    `);
  });

  it('names the line of each reject, and inserts nothing or the good ones as asked', async () => {
    writeFileSync(join(line.folder, 'list.txt'), 'marble.png\nhttp://[bad\norientation-1.jpg\n');
    expect([
      await played(['insert', 'photos/beach', '--from', 'list.txt']),
      await played(['insert', 'photos/beach', '--from', 'list.txt', '--json']),
      await played(['insert', 'photos/beach', '--from', 'list.txt', '--on-error', 'ignore', '--dry-run']),
      await played(['insert', 'photos/beach', '--from', '-', '--on-error', 'ignore'], 'marble.png\nhttp://[bad\norientation-1.jpg\n'),
      await played(['insert', 'photos/beach', 'marble.png', '--skip-duplicates', '--json']),
      await played(
        ['insert', 'photos/beach', '--from', '-', '--format', 'csv', '--map', 'note=words'],
        'image,words\nbroken.jpg,"a ""b"", c"\n',
      ),
      await played(['insert', 'photos/beach']),
    ]).toMatchInlineSnapshot(`
      [
        "exit 2
      0 rows inserted, 1 error
      line 2: "http://[bad": This is not an address: it cannot be read as a web address. Correct the address.
      Nothing was inserted. Correct these lines, or take the good ones with --on-error ignore.",
        "exit 2
      {"rows":0,"values":0,"errors":0,"rejected":[{"line":2,"text":"http://[bad","cause":"invalid_url","message":"This is not an address: it cannot be read as a web address."}],"seconds":N}
      line 2: "http://[bad": This is not an address: it cannot be read as a web address. Correct the address.
      Nothing was inserted. Correct these lines, or take the good ones with --on-error ignore.",
        "exit 1
      2 rows would be inserted, 1 error, N rows/s
      line 2: "http://[bad": This is not an address: it cannot be read as a web address. Correct the address.",
        "exit 1
      2 rows inserted, 1 error, N rows/s
      line 2: "http://[bad": This is not an address: it cannot be read as a web address. Correct the address.",
        "exit 0
      {"rows":0,"values":0,"errors":0,"rejected":[],"seconds":N}",
        "exit 0
      1 row inserted, 0 errors, N rows/s",
        "exit 2
      Nothing to insert was named. Name URLs or paths, a list with --from FILE, or a bucket with --prefix.",
      ]
    `);
  });

  it('computes columns, keeps errors a cell, and tries again by cause', async () => {
    expect([
      await played(['column', 'add', 'photos/beach', 'width', 'image.width']),
      await played(['column', 'add', 'photos/beach', 'height', 'image.height', '--json']),
      await played(['column', 'add', 'photos/beach', 'wrong', 'image.widht']),
      await played(['column', 'add', 'photos/beach', 'strict', 'image.width', '--on-error', 'abort']),
      await played(['recompute', 'photos/beach', 'width', '--errors-only', '--cause', 'corrupt', '--json']),
      await played(['insert', 'photos/beach', 'marble.png', '--json']),
      await played(['table', 'show', 'photos/beach']),
    ]).toMatchInlineSnapshot(`
      [
        "exit 1
      2 values computed, 1 error, N s
      1 cell failed. "vitrine query --json" shows why; "vitrine recompute --errors-only" tries again.",
        "exit 1
      {"values":2,"errors":1,"requests":0,"bytes":0,"seconds":N}
      1 cell failed. "vitrine query --json" shows why; "vitrine recompute --errors-only" tries again.",
        "exit 2
      image has no widht. Did you mean width?
      at line 1, column 7",
        "exit 2
      The file is damaged: this JPEG ends inside its header. Look at what can be read of it, or get the file again.",
        "exit 1
      {"values":0,"errors":1,"requests":0,"bytes":0,"seconds":N}
      1 cell failed. "vitrine query --json" shows why; "vitrine recompute --errors-only" tries again.",
        "exit 0
      {"rows":1,"values":2,"errors":0,"rejected":[],"seconds":N}",
        "exit 0
      photos/beach  4 rows
      column  type    expression
      image   image
      note    string
      width   int     image.width
      height  int     image.height",
      ]
    `);
  });

  it('orders by a name of --select as by its expression', async () => {
    const orderedBy = (order: string) =>
      played(['query', 'photos/beach', '--select', 'name: name(image), letters: size(name(image))', '--order', order, '--csv']);
    expect(await orderedBy('letters desc')).toBe(await orderedBy('size(name(image)) desc'));
    expect(await orderedBy('letters desc')).not.toBe(await orderedBy('letters'));
  });

  it('prints rows aligned, as JSON, as NDJSON and as CSV', async () => {
    const select = ['--select', 'image, note, area: width * height', '--order', 'width desc, note'];
    expect([
      await played(['query', 'photos/beach', ...select]),
      await played(['query', 'photos/beach', ...select, '--json']),
      await played(['query', 'photos/beach', '--where', 'width > 400', '--ndjson']),
      await played(['query', 'photos/beach', ...select, '--csv']),
      await played(['query', 'photos/beach', '--limit', '1', '--offset', '1', '--csv']),
      await played(['query', 'photos/beach', '--where', 'width > 9000', '--json']),
      await played(['query', 'photos/beach', '--select', 'image.widht', '--json']),
      await played(['query', 'photos/beach', '--limit', 'x']),
    ]).toMatchInlineSnapshot(`
      [
        "exit 0
      image              note                area
      orientation-1.jpg                    153600
      marble.png                           160000
      marble.png                           160000
      broken.jpg         a "b", c  ! input_failed",
        "exit 0
      [{"image":"orientation-1.jpg","note":null,"area":153600},{"image":"marble.png","note":null,"area":160000},{"image":"marble.png","note":null,"area":160000},{"image":"broken.jpg","note":"a \\"b\\", c","area":null,"errors":{"area":{"cause":"input_failed","message":"This needs width, which has an error.","next":"Look at width; this follows by itself."}}}]",
        "exit 0
      {"image":"orientation-1.jpg","note":null,"width":480,"height":320}",
        "exit 0
      image,note,area
      orientation-1.jpg,,153600
      marble.png,,160000
      marble.png,,160000
      broken.jpg,"a ""b"", c",",
        "exit 0
      image,note,width,height
      orientation-1.jpg,,480,320",
        "exit 0
      []",
        "exit 2
      {"error":{"cause":"expression","message":"image has no widht.","next":"Did you mean width?","details":{"position":{"start":6,"end":11,"line":1,"column":7},"suggestion":"width"}}}
      image has no widht. Did you mean width?
      at line 1, column 7",
        "exit 2
      --limit must be a whole number of at least 0, not "x".",
      ]
    `);
  });

  it('changes rows, and goes back and forth', async () => {
    expect([
      await played(['update', 'photos/beach', '--where', 'width == 400', '--set', 'note=square']),
      await played(['delete', 'photos/beach', '--where', 'note == "square"', '--json']),
      await played(['undo']),
      await played(['redo', '--json']).then((text) => text.replace(/"at":"[^"]+"/, '"at":"T"')),
      await played(['undo', '9']).then((text) => text.split('\n').length),
      await played(['trash', 'list']).then((text) => text.split('\n')[0]),
    ]).toMatchInlineSnapshot(`
      [
        "exit 0
      2 rows updated.",
        "exit 0
      {"rows":2}",
        "exit 0
      Undone: Removed 2 rows from photos/beach",
        "exit 0
      [{"at":"T","label":"Removed 2 rows from photos/beach"}]",
        10,
        "exit 0",
      ]
    `);
  });

  it('answers wrong usage with the nearest right one and exit 2', async () => {
    expect([
      await played(['tabel', 'list']),
      await played(['dir', 'crate', 'x']),
      await played(['query', 'photos/beach', '--wher', 'true']),
      await played(['export', 'photos/beach']),
      await played(['cache', 'limit', 'lots']),
    ]).toMatchInlineSnapshot(`
      [
        "exit 2
      error: unknown command 'tabel'
      (Did you mean table?)
      "vitrine --help" lists the commands.",
        "exit 2
      There is no "vitrine dir crate". Did you mean create?",
        "exit 2
      error: unknown option '--wher'
      (Did you mean --where?)
      "vitrine --help" lists the commands.",
        "exit 2
      error: unknown command 'export'
      "vitrine --help" lists the commands.",
        "exit 2
      "lots" is no size. Write it as 20MB or 20MiB.",
      ]
    `);
  });
});
