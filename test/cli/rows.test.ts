import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine, withoutTimes } from './command-line.ts';

const sample = join(import.meta.dirname, '..', '..', 'assets', 'sample');

describe('the command line, from an empty library to a query', () => {
  let line: CommandLine;
  beforeAll(() => {
    line = commandLine();
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
    ]).toMatchInlineSnapshot();
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
    ]).toMatchInlineSnapshot();
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
    ]).toMatchInlineSnapshot();
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
    ]).toMatchInlineSnapshot();
  });

  it('changes rows, and goes back and forth', async () => {
    expect([
      await played(['update', 'photos/beach', '--where', 'width == 400', '--set', 'note=square']),
      await played(['delete', 'photos/beach', '--where', 'note == "square"', '--json']),
      await played(['undo']),
      await played(['redo', '--json']).then((text) => text.replace(/"at":"[^"]+"/, '"at":"T"')),
      await played(['undo', '9']).then((text) => text.split('\n').length),
      await played(['trash', 'list']).then((text) => text.split('\n')[0]),
    ]).toMatchInlineSnapshot();
  });

  it('answers wrong usage with the nearest right one and exit 2', async () => {
    expect([
      await played(['tabel', 'list']),
      await played(['dir', 'crate', 'x']),
      await played(['query', 'photos/beach', '--wher', 'true']),
      await played(['export', 'photos/beach']),
      await played(['cache', 'limit', 'lots']),
    ]).toMatchInlineSnapshot();
  });
});
