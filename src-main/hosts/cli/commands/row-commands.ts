/** `insert`, `update` and `delete`. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ImportSource, ListFormat } from '../../../../src-shared/contract/rows.ts';
import { fail } from '../../../../src-shared/model/error.ts';
import { type Begin, type CommandRun, errorLine, valueOrThrow } from '../command-run.ts';
import { counted, joined } from '../text.ts';
import { leftOutJson, leftOutWords } from './list.ts';
import { readOnError } from './tree-commands.ts';

interface InsertOptions {
  from?: string;
  prefix?: string;
  glob?: string;
  format?: string;
  column?: string;
  map?: string[];
  onError: string;
  skipDuplicates?: true;
  recursive?: true;
  dryRun?: true;
  compute: boolean;
}

/** `A=B` of an option, at the first `=`. @throws Failure `invalid_input` */
function readPair(text: string, what: string): [string, string] {
  const split = text.indexOf('=');
  if (split < 1) throw fail('invalid_input', { message: `"${text}" is no ${what}.`, next: `Write it as ${what}.` });
  return [text.slice(0, split), text.slice(split + 1)];
}

function readFormat(text: string | undefined): ListFormat | undefined {
  if (text === undefined) return undefined;
  const parsed = ListFormat.safeParse(text);
  if (parsed.success) return parsed.data;
  throw fail('invalid_input', { message: `There is no format "${text}".`, next: 'The formats are lines, csv, tsv, json and ndjson.' });
}

async function sourceOf({ surroundings }: CommandRun, urls: string[], options: InsertOptions): Promise<ImportSource> {
  const format = readFormat(options.format);
  const { cwd } = surroundings;
  if (options.glob !== undefined && options.prefix === undefined) {
    throw fail('invalid_input', { message: '--glob goes with --prefix.', next: 'A * in a URL is part of its key.' });
  }
  if (options.prefix !== undefined) {
    if (urls.length > 0 || options.from !== undefined) throw fail('invalid_input', { message: 'Either --prefix, or URLs, or --from.' });
    return { kind: 'prefix', prefix: options.prefix, cwd, ...(options.glob === undefined ? {} : { glob: options.glob }) };
  }
  if (options.from === undefined) {
    if (urls.length === 0)
      throw fail('invalid_input', {
        message: 'Nothing to insert was named.',
        next: 'Name URLs or paths, a list with --from FILE, or a bucket with --prefix.',
      });
    return { kind: 'texts', texts: urls, cwd };
  }
  if (urls.length > 0) throw fail('invalid_input', { message: 'Either URLs or --from, not both.' });
  const given = format === undefined ? {} : { format };
  return options.from === '-'
    ? { kind: 'text', text: await surroundings.readInput(), cwd, ...given }
    : { kind: 'file', path: resolve(cwd, options.from.replace(/^~(?=$|[/\\])/, surroundings.home)), ...given };
}

async function insert(run: CommandRun, path: string, urls: string[], options: InsertOptions): Promise<void> {
  const source = await sourceOf(run, urls, options);
  const onError = readOnError(options.onError);
  const map = options.map && Object.fromEntries(options.map.map((pair) => readPair(pair, 'COLUMN=FIELD')));
  const result = valueOrThrow(
    await (await run.client()).rows.insert(
      {
        table: path,
        source,
        onError,
        compute: options.compute ? 'wait' : 'none',
        ...(options.column === undefined ? {} : { column: options.column }),
        ...(map ? { map } : {}),
        ...(options.skipDuplicates ? { skipDuplicates: true } : {}),
        ...(options.recursive ? { recursive: true } : {}),
        ...(options.dryRun ? { dryRun: true } : {}),
      },
      run.follow(),
    ),
  );
  const { rows, values, errors, rejected, leftOut, seconds } = result;
  run.json({
    rows,
    values,
    errors,
    rejected: rejected.map(({ line, text, cause, message }) => ({ line, text, cause, message })),
    ...(leftOut ? { left_out: leftOutJson(leftOut) } : {}),
    seconds,
  });
  const wereAborted = onError === 'abort' && rejected.length > 0;
  const rate = rows > 0 && seconds > 0 ? `${Math.round(rows / seconds).toLocaleString('en-US')} rows/s` : null;
  const verb = options.dryRun ? 'would be inserted' : 'inserted';
  run.say(
    joined([
      `${counted(rows, 'row')} ${verb}`,
      values + errors > 0 ? `${counted(values, 'value')} computed` : null,
      counted(errors + rejected.length, 'error'),
      rate,
    ]),
  );
  const left = leftOut ? leftOutWords(leftOut) : null;
  if (left !== null) run.say(left);
  for (const { line, text, message, next } of rejected)
    run.complain(`line ${line}: ${JSON.stringify(text)}: ${errorLine({ message, next })}`);
  if (errors > 0) run.complain(`${counted(errors, 'cell')} failed; the rows are there all the same.`);
  if (!wereAborted) return;
  run.complain('Nothing was inserted. Correct these lines, or take the good ones with --on-error ignore.');
  run.fail(2);
}

interface RefreshOptions {
  glob?: string;
  column?: string;
  dryRun?: true;
  keepGone?: true;
  compute: boolean;
}

async function refresh(run: CommandRun, path: string, prefix: string, options: RefreshOptions): Promise<void> {
  const result = valueOrThrow(
    await (await run.client()).rows.refresh(
      {
        table: path,
        prefix,
        cwd: run.surroundings.cwd,
        compute: options.compute ? 'wait' : 'none',
        ...(options.glob === undefined ? {} : { glob: options.glob }),
        ...(options.column === undefined ? {} : { column: options.column }),
        ...(options.dryRun ? { dryRun: true } : {}),
        ...(options.keepGone ? { keepGone: true } : {}),
      },
      run.follow(),
    ),
  );
  const { fresh, gone, changed, same, unknown, leftOut, values, errors } = result;
  run.json({ new: fresh, gone, changed, same, unknown, left_out: leftOutJson(leftOut), values, errors });
  const number = (count: number, what: string) => `${count.toLocaleString('en-US')} ${what}`;
  run.say(
    joined([
      number(fresh, 'new'),
      number(gone, 'gone'),
      number(changed, 'changed'),
      number(same, 'as they were'),
      unknown > 0 ? number(unknown, 'never compared before') : null,
    ]),
  );
  const left = leftOutWords(leftOut);
  if (left !== null) run.say(left);
  if (options.dryRun) run.say('Nothing was changed.');
  else if (gone > 0) run.say(options.keepGone ? 'Rows whose file is gone were kept.' : 'Rows whose file is gone are in the trash.');
  if (values + errors > 0) run.say(joined([`${counted(values, 'value')} computed`, counted(errors, 'error')]));
  if (errors > 0) run.complain(`${counted(errors, 'cell')} failed; the rows are there all the same.`);
}

/** Adds the commands that change rows. */
export function addRowCommands(program: Command, begin: Begin): void {
  program
    .command('insert <path> [urls...]')
    .description('insert references as rows; without computed columns and --prefix no network is used')
    .option('--from <file>', 'a list of addresses, - for standard input')
    .option('--prefix <url>', 'everything below it: s3://bucket/folder/, gs://…, az://account/container/…, or a folder')
    .option('--glob <glob>', 'with --prefix: only names below it that match, such as **/*.jpg')
    .option('--format <format>', 'lines, csv, tsv, json or ndjson; else from the extension')
    .option('--column <name>', 'media column the addresses go to')
    .option('--map <column=field>', 'fill a column from a field of the list', (pair: string, pairs: string[] = []) => [...pairs, pair])
    .option('--on-error <what>', 'abort: any reject inserts nothing; ignore: the good rows go in', 'abort')
    .option('--skip-duplicates', 'leave out what the table has already')
    .option('--recursive', 'take in what is in folders')
    .option('--dry-run', 'say what would happen')
    .option('--no-compute', 'leave the cells of computed columns pending')
    .action(begin((run, path: string, urls: string[], options: InsertOptions) => insert(run, path, urls, options)));
  program
    .command('refresh <path> <prefix>')
    .description('make a table what lies below a prefix now: new rows in, gone ones to the trash, changed ones computed again')
    .option('--glob <glob>', 'only names below the prefix that match, such as **/*.jpg')
    .option('--column <name>', 'media column that is compared; else all')
    .option('--dry-run', 'count only')
    .option('--keep-gone', 'leave rows whose file is gone')
    .option('--no-compute', 'leave the cells of computed columns pending')
    .action(begin((run, path: string, prefix: string, options: RefreshOptions) => refresh(run, path, prefix, options)));
  program
    .command('update <path>')
    .description('set cells')
    .requiredOption('--where <expression>', 'rows for which this is true')
    .requiredOption('--set <column=value...>', 'a value, empty for none; a media column takes an address')
    .action(
      begin(async (run, path: string, options: { where: string; set: string[] }) => {
        const set = Object.fromEntries(
          options.set.map((pair) => readPair(pair, 'COLUMN=VALUE')).map(([name, text]) => [name, text === '' ? null : text]),
        );
        const { rows } = valueOrThrow(
          await (await run.client()).rows.update({
            table: path,
            rows: { where: options.where },
            set,
            compute: 'wait',
            cwd: run.surroundings.cwd,
          }),
        );
        run.json({ rows });
        run.say(`${counted(rows, 'row')} updated.`);
      }),
    );
  program
    .command('delete <path>')
    .description('move rows to the trash; the files are untouched')
    .requiredOption('--where <expression>', 'rows for which this is true')
    .action(
      begin(async (run, path: string, options: { where: string }) => {
        const { rows } = valueOrThrow(await (await run.client()).rows.delete({ table: path, rows: { where: options.where } }));
        run.json({ rows });
        run.say(`${counted(rows, 'row')} moved to the trash. The files are untouched.`);
      }),
    );
}
