/** `insert`, `update` and `delete`. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ImportSource, ListFormat } from '../../../../src-shared/contract/rows.ts';
import { fail } from '../../../../src-shared/model/error.ts';
import { type Begin, type CommandRun, errorLine, valueOrThrow } from '../command-run.ts';
import { counted, joined } from '../text.ts';
import { readOnError } from './tree-commands.ts';

interface InsertOptions {
  from?: string;
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
  if (options.from === undefined) {
    if (urls.length === 0)
      throw fail('invalid_input', { message: 'Nothing to insert was named.', next: 'Name URLs or paths, or a list with --from FILE.' });
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
  const { rows, values, errors, rejected, seconds } = result;
  run.json({ rows, values, errors, rejected: rejected.map(({ line, text, cause, message }) => ({ line, text, cause, message })), seconds });
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
  for (const { line, text, message, next } of rejected)
    run.complain(`line ${line}: ${JSON.stringify(text)}: ${errorLine({ message, next })}`);
  if (errors > 0) run.complain(`${counted(errors, 'cell')} failed; the rows are there all the same.`);
  if (!wereAborted) return;
  run.complain('Nothing was inserted. Correct these lines, or take the good ones with --on-error ignore.');
  run.fail(2);
}

/** Adds the commands that change rows. */
export function addRowCommands(program: Command, begin: Begin): void {
  program
    .command('insert <path> [urls...]')
    .description('insert references as rows; without computed columns no network is used')
    .option('--from <file>', 'a list of addresses, - for standard input')
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
