/** `cache` and `keep`. */
import type { Command } from 'commander';
import type { CacheFinding } from '../../../../src-shared/contract/cache.ts';
import { type Begin, type CommandRun, errorLine, settle, valueOrThrow } from '../command-run.ts';
import { counted, joined, readDuration, readSize, shownSize } from '../text.ts';

async function status(run: CommandRun): Promise<void> {
  const client = await run.client();
  if (run.isJson) return run.json(valueOrThrow(await client.cache.status({})));
  const details = valueOrThrow(await client.cache.details({}));
  const { bytes, limit, files, hits, misses, evictions, kept } = details.status;
  run.say(
    `${shownSize(bytes)} of ${shownSize(limit)} in ${counted(files, 'file')}, ${counted(hits, 'hit')}, ${counted(misses, 'miss', 'misses')}, ${counted(evictions, 'eviction')}`,
  );
  run.say(
    joined([
      `${shownSize(kept)} kept offline in ${counted(details.keptFiles, 'file')}`,
      `${shownSize(details.parts)} of files that are here in part`,
      `thumbnails ${shownSize(details.thumbnails)} beside it`,
    ]),
  );
  const { free, floor } = details.disk;
  run.say(`It lies in ${details.folder}, where ${shownSize(free)} is free; ${shownSize(floor)} of that is never touched.`);
  if (details.moving !== null) run.say(`${shownSize(details.moving)} is still to be moved there.`);
  if (details.folderProblem) run.complain(errorLine(details.folderProblem));
}

interface ClearOptions {
  table?: string;
  olderThan?: string;
}

async function clear(run: CommandRun, { table, olderThan }: ClearOptions): Promise<void> {
  const { bytes, files, left } = valueOrThrow(
    await (await run.client()).cache.clear({
      ...(table === undefined ? {} : { table }),
      ...(olderThan === undefined ? {} : { olderThanSeconds: readDuration(olderThan) }),
    }),
  );
  run.json({ bytes, files, left: { kept: left.kept, in_use: left.inUse } });
  run.say(`Cache cleared: ${shownSize(bytes)} in ${counted(files, 'file')}. References, thumbnails and values stay.`);
  const stayed = joined([
    left.kept > 0 ? `${counted(left.kept, 'file')} kept offline` : null,
    left.inUse > 0 ? `${counted(left.inUse, 'file')} in use` : null,
  ]);
  if (stayed !== '') run.say(`Left: ${stayed}.`);
}

function findingWords({ found, isFetchedAgain }: CacheFinding): string {
  const what = {
    damaged: 'had other bytes than were stored, and was removed',
    missing: 'was gone from the disk',
    stray: 'belonged to no file, and was removed',
  }[found];
  return isFetchedAgain ? `${what}; it is fetched again` : what;
}

async function verify(run: CommandRun): Promise<void> {
  const { checked, bytes, findings } = valueOrThrow(await (await run.client()).cache.verify({}, run.count('Verify the cache')));
  run.json({
    checked,
    bytes,
    findings: findings.map(({ canonical, file, found, isFetchedAgain }) => ({
      url: canonical,
      file,
      found,
      fetched_again: isFetchedAgain,
    })),
  });
  run.say(
    `${counted(checked, 'file')} checked, ${shownSize(bytes)}: ${findings.length === 0 ? 'all are as they were stored' : `${counted(findings.length, 'fault')} found`}.`,
  );
  for (const finding of findings) run.complain(`${finding.canonical ?? finding.file} ${findingWords(finding)}.`);
}

async function move(run: CommandRun, folder: string): Promise<void> {
  const { cwd, home } = run.surroundings;
  const meant = folder.replace(/^~(?=$|[/\\])/, home);
  const moved = valueOrThrow(await (await run.client()).cache.move({ folder: meant, cwd }, run.count('Move the cache')));
  run.json(moved);
  run.say(`The cache lies in ${moved.folder} now: ${counted(moved.files, 'file')}, ${shownSize(moved.bytes)} moved.`);
}

interface KeepOptions {
  where?: string;
  off?: true;
}

async function keep(run: CommandRun, table: string, { where = 'true', off }: KeepOptions): Promise<void> {
  const { references, fetched, bytes, failed } = valueOrThrow(
    await (await run.client()).cache.keep({ table, rows: { where }, isOn: off !== true }, run.count('Keep offline')),
  );
  run.json({
    files: references,
    fetched,
    bytes,
    failed: failed.map(({ canonical, error }) => ({ asked: canonical, error })),
  });
  if (off) run.say(`${counted(references, 'file is', 'files are')} no longer kept offline. The copies stay until room is needed.`);
  else {
    const here = references - fetched - failed.length;
    run.say(
      joined([
        `${counted(references - failed.length, 'file is', 'files are')} kept offline: ${fetched.toLocaleString('en-US')} fetched (${shownSize(bytes)})`,
        here > 0 ? `${here.toLocaleString('en-US')} here before` : null,
      ]),
    );
  }
  for (const { canonical, error } of failed) run.complain(`${canonical}: ${errorLine(error)}`);
  if (failed.length > 0) run.complain('They stay asked for; run the command again to fetch them.');
  settle(run, failed.length, references);
}

/** Adds the commands about the cache. */
export function addCacheCommands(program: Command, begin: Begin): void {
  const cache = program.command('cache').description('copies of files that may be dropped at any time');
  cache
    .command('status')
    .description('how full the cache is, and where it lies')
    .action(begin((run) => status(run)));
  cache
    .command('clear')
    .description('drop copies that are neither kept offline nor in use; references, thumbnails and values stay')
    .option('--table <path>', 'only what this table shows')
    .option('--older-than <time>', 'only what was not used for so long, such as 7d or 12h')
    .action(begin((run, options: ClearOptions) => clear(run, options)));
  cache
    .command('limit <size>')
    .description('the most that copies may take, such as 20GB')
    .action(
      begin(async (run, size: string) => {
        const now = valueOrThrow(await (await run.client()).cache.setLimit({ bytes: readSize(size) }));
        run.json(now);
        run.say(`The cache may take ${shownSize(now.limit)}; it takes ${shownSize(now.bytes)} now.`);
      }),
    );
  cache
    .command('verify')
    .description(
      'read every copy and hold it against what was stored; what is wrong is removed, and fetched again where it is kept offline',
    )
    .action(begin((run) => verify(run)));
  cache
    .command('move <dir>')
    .description('move the copies to another folder, also on another disk')
    .action(begin((run, folder: string) => move(run, folder)));
  program
    .command('keep <path>')
    .description('keep the files of a table offline: fetched, and never dropped to make room')
    .option('--where <expression>', 'only rows for which this is true')
    .option('--off', 'no longer')
    .action(begin((run, path: string, options: KeepOptions) => keep(run, path, options)));
}
