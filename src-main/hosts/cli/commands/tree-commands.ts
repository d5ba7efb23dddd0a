/** `dir`, `table` and `column`. */
import type { Command } from 'commander';
import { fail } from '../../../../src-shared/model/error.ts';
import type { ComputeResult } from '../../../../src-shared/model/job.ts';
import { nearestName } from '../../../../src-shared/model/nearest-name.ts';
import { type ColumnType, columnTypes, type Table } from '../../../../src-shared/model/table.ts';
import { type Begin, type CommandRun, valueOrThrow } from '../command-run.ts';
import { alignedTable, counted, joined, shownSize } from '../text.ts';

/** `NAME:TYPE`. @throws Failure `invalid_input` */
function readColumn(text: string): { name: string; type: ColumnType } {
  const split = text.lastIndexOf(':');
  const name = text.slice(0, Math.max(split, 0));
  const given = text.slice(split + 1);
  const type = columnTypes.find((known) => known === given);
  if (split < 1 || !type) {
    const nearest = split < 1 ? null : nearestName(given, columnTypes);
    throw fail('invalid_input', {
      message: `"${text}" is no column.`,
      next: nearest ? `Did you mean ${name}:${nearest}?` : `Write it as NAME:TYPE; the types are ${columnTypes.join(', ')}.`,
    });
  }
  return { name, type };
}

function describeTable(table: Table): object {
  return {
    path: table.path,
    rows: table.rowCount,
    columns: table.columns.map(({ name, type, kind, expression }) => ({ name, type, kind, expression })),
  };
}

/** What computing came to, in words: the answer of `column add`, `column set` and `recompute`. */
export function sayComputed(run: CommandRun, result: ComputeResult): void {
  const { values, errors, requests, bytes, seconds } = result;
  run.json({ values, errors, requests, bytes, seconds });
  const cost = requests === 0 ? null : `${counted(requests, 'request')} for ${shownSize(bytes)}`;
  run.say(joined([`${counted(values, 'value')} computed`, counted(errors, 'error'), cost, `${seconds.toFixed(2)} s`]));
  if (errors > 0)
    run.complain(`${counted(errors, 'cell')} failed. "vitrine query --json" shows why; "vitrine recompute --errors-only" tries again.`);
}

/** Adds the commands about folders, tables and columns. */
export function addTreeCommands(program: Command, begin: Begin): void {
  const dir = program.command('dir').description('folders');
  dir
    .command('create <path>')
    .description('make a folder')
    .option('--if-not-exists', 'no error where it is there')
    .action(
      begin(async (run, path: string, options: { ifNotExists?: true }) => {
        const folder = valueOrThrow(
          await (await run.client()).folders.create({ path, ...(options.ifNotExists ? { ifNotExists: true } : {}) }),
        );
        run.json({ path: folder.path });
        run.say(`Folder ${folder.path} is there.`);
      }),
    );
  dir
    .command('drop <path>')
    .description('move a folder to the trash')
    .option('--force', 'also with what is in it, and also where it is missing')
    .action(
      begin(async (run, path: string, options: { force?: true }) => {
        const { dropped, tables, rows } = valueOrThrow(await (await run.client()).folders.drop({ path, force: options.force ?? false }));
        run.json({ dropped, tables, rows });
        run.say(
          dropped
            ? `Folder ${path} with ${counted(tables, 'table')} and ${counted(rows, 'row')} moved to the trash.`
            : `There was no folder ${path}.`,
        );
      }),
    );
  dir
    .command('list [path]')
    .description('folders and tables')
    .action(
      begin(async (run, path?: string) => {
        const { folders, tables } = valueOrThrow(await (await run.client()).folders.list(path === undefined ? {} : { path }));
        run.json({
          folders: folders.map((folder) => ({ path: folder.path })),
          tables: tables.map((table) => ({ path: table.path, rows: table.rowCount })),
        });
        for (const folder of folders) run.say(`${folder.path}/`);
        for (const table of tables) run.say(`${table.path}  ${counted(table.rowCount, 'row')}`);
      }),
    );

  const table = program.command('table').description('tables');
  table
    .command('create <path> <columns...>')
    .description(`make a table; a column is NAME:TYPE, the types are ${columnTypes.join(' ')}`)
    .option('--if-not-exists', 'no error where it is there')
    .action(
      begin(async (run, path: string, columns: string[], options: { ifNotExists?: true }) => {
        const made = valueOrThrow(
          await (await run.client()).tables.create({
            path,
            columns: columns.map(readColumn),
            ...(options.ifNotExists ? { ifNotExists: true } : {}),
          }),
        );
        run.json(describeTable(made));
        run.say(`Table ${made.path} with ${made.columns.map((column) => `${column.name}:${column.type}`).join(' ')}.`);
      }),
    );
  table
    .command('drop <path>')
    .description('move a table to the trash')
    .action(
      begin(async (run, path: string) => {
        const { rows } = valueOrThrow(await (await run.client()).tables.drop({ table: path }));
        run.json({ dropped: true, rows });
        run.say(`Table "${path}" with ${counted(rows, 'row')} moved to the trash.`);
      }),
    );
  table
    .command('list [path]')
    .description('all tables, or those below a folder')
    .action(
      begin(async (run, path?: string) => {
        const { tables } = valueOrThrow(await (await run.client()).folders.list(path === undefined ? {} : { path }));
        run.json(tables.map(describeTable));
        if (tables.length > 0)
          for (const line of alignedTable(
            ['table', 'rows', 'columns'],
            tables.map((one) => [one.path, String(one.rowCount), one.columns.map(({ name }) => name).join(' ')]),
          ))
            run.say(line);
      }),
    );
  table
    .command('show <path>')
    .description('the columns of a table')
    .action(
      begin(async (run, path: string) => {
        const found = valueOrThrow(await (await run.client()).tables.get({ table: path }));
        run.json(describeTable(found));
        run.say(`${found.path}  ${counted(found.rowCount, 'row')}`);
        for (const line of alignedTable(
          ['column', 'type', 'expression'],
          found.columns.map((column) => [column.name, column.type, column.expression ?? '']),
        ))
          run.say(line);
      }),
    );

  const column = program.command('column').description('columns');
  column
    .command('add <path> <name> [expression]')
    .description("a computed column: NAME 'EXPRESSION'; a plain one: NAME:TYPE")
    .option('--on-error <what>', 'ignore: keep what went well; abort: the first failed cell takes the column back', 'ignore')
    .action(
      begin(async (run, path: string, name: string, expression: string | undefined, options: { onError: string }) => {
        const client = await run.client();
        if (expression === undefined) {
          const added = valueOrThrow(await client.columns.add({ table: path, ...readColumn(name) }));
          run.json({ name: added.name, type: added.type });
          run.say(`Column ${added.name} of type ${added.type}.`);
          return;
        }
        const onError = readOnError(options.onError);
        const { result } = valueOrThrow(
          await client.columns.addComputed({ table: path, name, expression, compute: 'wait', onError }, run.follow()),
        );
        if (result) sayComputed(run, result);
      }),
    );
  column
    .command('set <path> <name> <expression>')
    .description('another expression for a computed column')
    .action(
      begin(async (run, path: string, name: string, expression: string) => {
        const { result } = valueOrThrow(
          await (await run.client()).columns.setExpression({ table: path, name, expression, compute: 'wait' }, run.follow()),
        );
        if (result) sayComputed(run, result);
      }),
    );
  column
    .command('drop <path> <name>')
    .description('move a column to the trash')
    .action(
      begin(async (run, path: string, name: string) => {
        valueOrThrow(await (await run.client()).columns.drop({ table: path, name }));
        run.json({ dropped: true });
        run.say(`Column "${name}" moved to the trash.`);
      }),
    );
  column
    .command('rename <path> <old> <new>')
    .description('rename a column, also in the expressions that name it')
    .action(
      begin(async (run, path: string, name: string, newName: string) => {
        const renamed = valueOrThrow(await (await run.client()).columns.rename({ table: path, name, newName }));
        run.json({ name: renamed.name, type: renamed.type });
        run.say(`Column "${name}" is now "${renamed.name}".`);
      }),
    );

  program
    .command('recompute <path> [columns...]')
    .description('compute what is pending or stale; with --errors-only what failed')
    .option('--where <expression>', 'only rows for which this is true')
    .option('--errors-only', 'only failed cells')
    .option('--cause <cause>', 'only cells that failed for this cause')
    .action(
      begin(async (run, path: string, columns: string[], options: { where?: string; errorsOnly?: true; cause?: string }) => {
        const result = valueOrThrow(
          await (await run.client()).columns.recompute(
            {
              table: path,
              ...(columns.length > 0 ? { columns } : {}),
              ...(options.where === undefined ? {} : { where: options.where }),
              ...(options.errorsOnly || options.cause !== undefined ? { errorsOnly: true } : {}),
              ...(options.cause === undefined ? {} : { cause: options.cause }),
              compute: 'wait',
            },
            run.follow(),
          ),
        );
        if (result) sayComputed(run, result);
      }),
    );
}

/** `ignore` or `abort`. @throws Failure `invalid_input` */
export function readOnError(text: string): 'ignore' | 'abort' {
  if (text === 'ignore' || text === 'abort') return text;
  throw fail('invalid_input', { message: `--on-error is ignore or abort, not "${text}".` });
}
