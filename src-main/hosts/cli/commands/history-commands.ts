/** `undo`, `redo`, `history` and `trash`. */
import type { Command } from 'commander';
import type { Change } from '../../../../src-shared/contract/history.ts';
import { type Begin, valueOrThrow } from '../command-run.ts';
import { alignedTable, counted, readCount } from '../text.ts';

/** Adds the commands that go back and forth. */
export function addHistoryCommands(program: Command, begin: Begin): void {
  for (const [name, past] of [
    ['undo', 'Undone'],
    ['redo', 'Redone'],
  ] as const) {
    program
      .command(`${name} [n]`)
      .description(name === 'undo' ? 'take back the last change, or the last n' : 'do again what was taken back')
      .action(
        begin(async (run, count?: string) => {
          const client = await run.client();
          const changes: Change[] = valueOrThrow(
            await client.history[name](count === undefined ? {} : { count: readCount(count, 'The number of changes', 1) }),
          );
          run.json(changes.map(({ at, label }) => ({ at, label })));
          for (const { label } of changes) run.say(`${past}: ${label}`);
        }),
      );
  }
  program
    .command('history [path]')
    .description('what was changed, the newest first; with a path only what names it')
    .action(
      begin(async (run, path?: string) => {
        const changes = valueOrThrow(await (await run.client()).history.list({}));
        const named = path === undefined ? changes : changes.filter(({ label }) => label.includes(path));
        run.json(named.map(({ at, label, undone }) => ({ at, label, undone })));
        if (named.length > 0)
          for (const line of alignedTable(
            ['when', 'what', ''],
            named.map(({ at, label, undone }) => [at, label, undone ? 'undone' : '']),
          ))
            run.say(line);
      }),
    );
  const trash = program.command('trash').description('what was removed');
  trash
    .command('list')
    .description('what is in the trash')
    .action(
      begin(async (run) => {
        const found = valueOrThrow(await (await run.client()).trash.list({}));
        run.json(found);
        if (found.length === 0) run.say('The trash is empty.');
        else
          for (const line of alignedTable(
            ['id', 'kind', 'name', 'from', 'rows', 'when'],
            found.map(({ id, kind, name, from, rows, at }) => [id, kind, name, from, String(rows), at]),
          ))
            run.say(line);
      }),
    );
  trash
    .command('restore <ids...>')
    .description('put things back where they were')
    .action(
      begin(async (run, ids: string[]) => {
        const { restored } = valueOrThrow(await (await run.client()).trash.restore({ ids }));
        run.json({ restored });
        run.say(`${counted(restored, 'thing')} restored.`);
      }),
    );
  trash
    .command('empty')
    .description('delete for good what is in the trash; the files stay where they are')
    .action(
      begin(async (run) => {
        const gone = valueOrThrow(await (await run.client()).trash.empty({}));
        run.json(gone);
        run.say(
          `Deleted for good: ${counted(gone.rows, 'row')}, ${counted(gone.columns, 'column')}, ${counted(gone.tables, 'table')}, ${counted(gone.folders, 'folder')}.`,
        );
      }),
    );
}
