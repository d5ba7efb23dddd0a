/** The `vitrine` command: reads the arguments, runs one command, gives its exit code. */
import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { Failure } from '../../../src-shared/model/error.ts';
import { nearestName } from '../../../src-shared/model/nearest-name.ts';
import { libraryFolder } from '../library-folder.ts';
import { codeForm } from './answer-codes.ts';
import { type Begin, beginRun, type CommandRun, type ExitCode, errorLine } from './command-run.ts';
import { addAccountCommands } from './commands/account-commands.ts';
import { addCacheCommands } from './commands/cache-commands.ts';
import { addFileCommands } from './commands/file-commands.ts';
import { addHealthCommand } from './commands/health-command.ts';
import { addHistoryCommands } from './commands/history-commands.ts';
import { addLinkCommands } from './commands/link-commands.ts';
import { addListCommand } from './commands/list.ts';
import { addQueryCommand } from './commands/query.ts';
import { addRowCommands } from './commands/row-commands.ts';
import { addSettingsCommands } from './commands/settings-commands.ts';
import { addTreeCommands } from './commands/tree-commands.ts';
import { playRecipe } from './recipe.ts';
import type { Surroundings } from './surroundings.ts';
import { readCount } from './text.ts';

interface GlobalOptions {
  library?: string;
  json?: true;
  mfa?: string;
}

/**
 * Runs one command and gives its exit code: 0 done, 1 a part failed, 2 wrong usage or nothing done, 130 stopped by Ctrl+C.
 * `argv` is without node and script.
 */
export async function runCli(argv: readonly string[], surroundings: Surroundings, version: string): Promise<ExitCode> {
  const program = new Command('vitrine');
  let code: ExitCode = 0;

  const begin: Begin =
    (work) =>
    async (...args) => {
      const { library, json, mfa } = program.opts<GlobalOptions>();
      const folder = resolve(
        surroundings.cwd,
        libraryFolder({ argument: library ?? null, env: surroundings.env, home: surroundings.home }),
      );
      const run = beginRun(surroundings, { folder, isJson: json ?? false, code: mfa ?? null });
      let hasAnswer = false;
      try {
        await work(run, ...args);
        hasAnswer = true;
        if (run.wasStopped()) run.complain('Stopped by you.');
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        run.json({ error: thrown.error });
        run.complain(errorLine(thrown.error));
        showPosition(thrown, run);
        run.fail(2);
      } finally {
        const left = run.wasStopped() ? run.whatIsLeft(hasAnswer) : null;
        if (left !== null) run.complain(left);
        await run.close();
      }
      code = run.wasStopped() ? 130 : run.exitCode();
    };

  program
    .description('A librarian for cloud media: tables of references, computed columns, links that work.')
    .version(version)
    .option('--library <dir>', 'library folder; else VITRINE_LIBRARY, else ~/.vitrine')
    .option('--json', 'one JSON document on standard output')
    .option('--mfa <code>', 'one-time code for a role that wants one; asked for on a terminal', readCode)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('"vitrine --help" lists the commands.')
    .configureOutput({ writeOut: surroundings.out, writeErr: surroundings.err });
  addTreeCommands(program, begin);
  addRowCommands(program, begin);
  addQueryCommand(program, begin);
  addLinkCommands(program, begin);
  addListCommand(program, begin);
  addFileCommands(program, begin);
  addCacheCommands(program, begin);
  addHealthCommand(program, begin);
  addHistoryCommands(program, begin);
  addAccountCommands(program, begin);
  addSettingsCommands(program, begin);
  addServe(program, begin, surroundings);
  program
    .command('recipe')
    .description('play the whole job step by step in a temporary library')
    .option('--online', 'on the public files of the recipe, over the network')
    .action(async (options: { online?: true }) => {
      const { library } = program.opts<GlobalOptions>();
      code = await playRecipe(surroundings, {
        isOnline: options.online ?? false,
        folder: library === undefined ? null : resolve(surroundings.cwd, library),
      });
    });
  passOn(program, surroundings);

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? 0 : 2;
  }
  return code;
}

function readCode(text: string): string {
  if (codeForm.test(text)) return text;
  throw new InvalidArgumentError('A one-time code has six digits.');
}

function addServe(program: Command, begin: Begin, surroundings: Surroundings): void {
  program
    .command('serve')
    .description('the app in a browser, on this computer alone')
    .option('--port <n>', 'else a free one')
    .option('--no-open', 'only print the address')
    .action(
      begin(async (run, options: { port?: string; open: boolean }) => {
        const { library } = program.opts<GlobalOptions>();
        const folder = resolve(
          surroundings.cwd,
          libraryFolder({ argument: library ?? null, env: surroundings.env, home: surroundings.home }),
        );
        const port = options.port === undefined ? 0 : readCount(options.port, '--port');
        run.endsWhenStopped();
        await surroundings.serve({
          folder,
          port,
          showPage: options.open,
          print: (line) => surroundings.out(`${line}\n`),
          signal: surroundings.signal,
        });
      }),
    );
}

/** Every command writes where the program writes and ends by throwing, and an unknown one below `dir`, `table` … is met with the nearest. */
function passOn(command: Command, surroundings: Surroundings): void {
  for (const inner of command.commands) {
    inner.copyInheritedSettings(command);
    if (inner.commands.length > 0) {
      const names = inner.commands.map((one) => one.name());
      inner
        .allowExcessArguments()
        .argument('[command]')
        .action((name?: string) => {
          const nearest = name === undefined ? null : nearestName(name, names);
          const what =
            name === undefined
              ? `vitrine ${inner.name()} needs one of ${names.join(', ')}.`
              : `There is no "vitrine ${inner.name()} ${name}".`;
          surroundings.err(
            `${what}${nearest ? ` Did you mean ${nearest}?` : name === undefined ? '' : ` There is ${names.join(', ')}.`}\n`,
          );
          throw new InvalidArgumentError('');
        });
    }
    passOn(inner, surroundings);
  }
}

/** Where in an expression it is wrong, on the expression's own line. */
function showPosition({ error }: Failure, run: CommandRun): void {
  const position = error.details?.position;
  if (position) run.complain(`at line ${position.line}, column ${position.column}`);
}
