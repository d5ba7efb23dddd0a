/** `presign`, and `links`: what was handed out. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Client, InputOf } from '../../../../src-shared/contract/contract.ts';
import { LinkContentType, LinkFilename, type LinkOutcome, type links } from '../../../../src-shared/contract/links.ts';
import { type Failure, fail } from '../../../../src-shared/model/error.ts';
import type { IssuedLink } from '../../../../src-shared/model/issued-link.ts';
import { type LinkFormat, linkFormats, linkWriter } from '../../../../src-shared/model/link-formats.ts';
import type { RowId, Table } from '../../../../src-shared/model/table.ts';
import { type Begin, type CommandRun, errorLine, settle, valueOrThrow } from '../command-run.ts';
import { alignedTable, counted, readCount, shownValue } from '../text.ts';

/** Links of one call: soon printed, and few calls for thousands. */
const linksACall = 500;

interface PresignOptions {
  expires: string;
  from?: string;
  table?: string;
  column?: string;
  where?: string;
  attachment?: true;
  inline?: true;
  filename?: string;
  contentType?: string;
  verify?: true;
  as?: string;
}

type Wish = Omit<InputOf<typeof links.presign>, 'urls' | 'cwd'>;

function readWish(options: PresignOptions): Wish {
  const { attachment, inline, filename, contentType, verify } = options;
  if (attachment && inline) throw fail('invalid_input', { message: 'Either --attachment or --inline, not both.' });
  if (filename !== undefined && !LinkFilename.safeParse(filename).success)
    throw fail('invalid_input', { message: 'A file name has 1 to 255 characters.' });
  if (contentType !== undefined && !LinkContentType.safeParse(contentType).success)
    throw fail('invalid_input', { message: `"${contentType}" is no media type.`, next: 'Write it as image/jpeg.' });
  return {
    expiresSeconds: readCount(options.expires, '--expires', 1),
    overCap: 'refuse',
    ...(attachment ? { disposition: 'attachment' } : inline ? { disposition: 'inline' } : {}),
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(verify ? { verify } : {}),
  };
}

function readFormat(run: CommandRun, as: string | undefined): LinkFormat {
  const format = as === undefined ? (run.isJson ? 'json' : 'lines') : linkFormats.find((one) => one === as);
  if (format === undefined)
    throw fail('invalid_input', { message: `Links are not written as "${as}".`, next: `There is ${linkFormats.join(', ')}.` });
  if (run.isJson && format !== 'json') throw fail('invalid_input', { message: 'Choose one of --json and --as.' });
  return format;
}

/** The addresses of a list, one a line; blanks belong to a key, so that only line ends are taken away. */
async function readUrls({ surroundings }: CommandRun, from: string): Promise<string[]> {
  const { cwd, home } = surroundings;
  const file = resolve(cwd, from.replace(/^~(?=$|[/\\])/, home));
  const text =
    from === '-'
      ? await surroundings.readInput()
      : await readFile(file, 'utf8').catch((thrown) => {
          throw cannotRead(file, thrown);
        });
  const urls = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (urls.length === 0) throw fail('invalid_input', { message: 'The list holds no address.' });
  return urls;
}

function cannotRead(file: string, thrown: NodeJS.ErrnoException): Failure {
  const { code = 'unknown reason' } = thrown;
  const cause = code === 'ENOENT' ? 'not_found' : code === 'EACCES' || code === 'EPERM' ? 'access_denied' : 'invalid_input';
  return fail(cause, { message: `${file} cannot be read (${code}).`, next: 'Name another file.' });
}

/** What is asked, call by call. */
async function* askedLinks(run: CommandRun, urls: string[], options: PresignOptions, wish: Wish): AsyncGenerator<LinkOutcome[]> {
  const sources = [urls.length > 0, options.from !== undefined, options.table !== undefined].filter(Boolean).length;
  if (sources !== 1)
    throw fail('invalid_input', {
      message: sources === 0 ? 'Nothing to link to was named.' : 'Choose one of URLs, --from and --table.',
      next: sources === 0 ? 'Name URLs, a list with --from FILE, or a table with --table PATH.' : null,
    });
  if (options.table === undefined && (options.column !== undefined || options.where !== undefined))
    throw fail('invalid_input', { message: '--column and --where belong to --table.' });
  if (options.filename !== undefined && urls.length !== 1)
    throw fail('invalid_input', { message: 'A file name is for one URL.', next: 'Without --filename each file keeps its own name.' });
  const { cwd, signal } = run.surroundings;
  if (options.table !== undefined) {
    yield* linksOfRows(await run.client(), options.table, options, wish, signal);
    return;
  }
  const all = options.from === undefined ? urls : await readUrls(run, options.from);
  const client = await run.client();
  for (let start = 0; start < all.length; start += linksACall) {
    const some = all.slice(start, start + linksACall);
    yield valueOrThrow(await client.links.presign({ urls: some, cwd, ...wish }, { signal }));
  }
}

async function* linksOfRows(
  client: Client,
  path: string,
  { column, where }: PresignOptions,
  wish: Wish,
  signal: AbortSignal,
): AsyncGenerator<LinkOutcome[]> {
  const table = valueOrThrow(await client.tables.get({ table: path }));
  const name = column ?? onlyMediaColumn(table);
  const view = valueOrThrow(await client.views.open({ table: table.id, ...(where === undefined ? {} : { filter: where }) }));
  try {
    // Also a table without rows is asked, which finds a wrong name of a column.
    for (let start = 0; start === 0 || start < view.rowCount; start += linksACall) {
      const end = Math.min(start + linksACall, view.rowCount);
      const rowIds = valueOrThrow(await client.views.rowIds({ viewId: view.viewId, start, end })).map((id) => id as number as RowId);
      yield valueOrThrow(await client.links.presignRows({ table: table.id, column: name, rowIds, ...wish }, { signal }));
    }
  } finally {
    await client.views.close({ viewId: view.viewId });
  }
}

function onlyMediaColumn({ path, columns }: Table): string {
  const media = columns.filter(({ kind }) => kind === 'media').map(({ name }) => name);
  const [only, ...more] = media;
  if (only !== undefined && more.length === 0) return only;
  throw fail('invalid_input', {
    message: only === undefined ? `${path} has no column of files.` : `${path} has several columns of files: ${media.join(', ')}.`,
    next: 'Choose one with --column NAME.',
  });
}

/** Prints links as they come, says on stderr what is to be known of each, and settles the exit code. */
async function printLinks(
  run: CommandRun,
  calls: AsyncIterable<LinkOutcome[]>,
  { format, isList }: { readonly format: LinkFormat; readonly isList: boolean },
): Promise<void> {
  const { out, err, whenDrained } = run.surroundings;
  const writer = linkWriter(format, { isList });
  let all = 0;
  let failed = 0;
  let written = 0;
  const put = (text: string) => {
    run.beginStream();
    out(`${written === 0 ? writer.before : writer.between}${text}${writer.end}`);
    written += 1;
  };
  for await (const outcomes of calls) {
    for (const outcome of outcomes) {
      all += 1;
      if (outcome.ok) {
        put(writer.write(outcome.link));
        for (const warning of outcome.link.warnings) err(`${outcome.asked}: ${warning}\n`);
        if (outcome.check) run.complain(`${outcome.asked}: ${errorLine(outcome.check)}`);
      } else {
        failed += 1;
        if (format === 'json') put(JSON.stringify({ asked: outcome.asked, error: outcome.error }));
        run.complain(`${outcome.asked}: ${errorLine(outcome.error)}`);
      }
    }
    await whenDrained();
  }
  if (format === 'json' || written > 0) out(`${written === 0 ? writer.before : ''}${writer.after}`);
  if (all === 0 && format !== 'json') err('No rows.\n');
  settle(run, failed, all);
}

async function presign(run: CommandRun, urls: string[], options: PresignOptions): Promise<void> {
  const format = readFormat(run, options.as);
  await printLinks(run, askedLinks(run, urls, options, readWish(options)), { format, isList: urls.length !== 1 });
}

interface ListOptions {
  search?: string;
  alive?: true;
  ended?: true;
  limit?: string;
}

/** The list page by page, newest first. */
async function* listedLinks(client: Client, options: ListOptions): AsyncGenerator<IssuedLink[]> {
  if (options.alive && options.ended) throw fail('invalid_input', { message: 'Either --alive or --ended, not both.' });
  const limit = options.limit === undefined ? Number.MAX_SAFE_INTEGER : readCount(options.limit, '--limit');
  const which = {
    ...(options.search === undefined ? {} : { search: options.search }),
    ...(options.alive ? { state: 'alive' as const } : options.ended ? { state: 'ended' as const } : {}),
  };
  for (let start = 0; start < limit; start += linksACall) {
    const end = Math.min(limit, start + linksACall);
    const { total, entries } = valueOrThrow(await client.links.ledger({ ...which, start, end }));
    if (entries.length > 0) yield entries;
    if (end >= total) return;
  }
}

async function list(run: CommandRun, options: ListOptions): Promise<void> {
  const { out, whenDrained } = run.surroundings;
  let count = 0;
  for await (const entries of listedLinks(await run.client(), options)) {
    if (run.isJson) {
      run.beginStream();
      for (const [index, entry] of entries.entries()) out(`${count + index === 0 ? '[' : ','}${JSON.stringify(entry)}`);
    } else {
      const [heads = '', ...lines] = alignedTable(
        ['id', 'reference', 'issued', 'works until', 'limited by', 'signed as', 'by'],
        entries.map(shownEntry),
      );
      if (count === 0) out(`${heads}\n`);
      for (const line of lines) out(`${line}\n`);
    }
    count += entries.length;
    await whenDrained();
  }
  if (run.isJson) out(count === 0 ? '[]\n' : ']\n');
  else if (count === 0) run.say('No links.');
}

function shownEntry(entry: IssuedLink): string[] {
  const { id, typed, issued_at, expires_at, limited_by, signed_as, by } = entry;
  return [String(id), shownValue(typed), issued_at, expires_at ?? 'no end', limited_by, signed_as, by];
}

async function reissue(run: CommandRun, ids: string[], options: { as?: string }): Promise<void> {
  const format = readFormat(run, options.as);
  const { signal } = run.surroundings;
  const asked = ids.map((id) => readCount(id, 'An id', 1));
  async function* calls() {
    yield valueOrThrow(await (await run.client()).links.reissue({ ids: asked }, { signal }));
  }
  await printLinks(run, calls(), { format, isList: asked.length !== 1 });
}

async function forget(run: CommandRun, ids: string[]): Promise<void> {
  const asked = [...new Set(ids.map((id) => readCount(id, 'An id', 1)))];
  const { forgotten } = valueOrThrow(await (await run.client()).links.forget({ ids: asked }));
  const missing = asked.length - forgotten;
  run.json({ forgotten });
  run.say(`${counted(forgotten, 'link')} taken off the list. They work until their end all the same.`);
  if (missing > 0) run.complain(`${counted(missing, 'id is', 'ids are')} not on the list.`);
  settle(run, missing, asked.length);
}

/** Adds `presign` and `links`. */
export function addLinkCommands(program: Command, begin: Begin): void {
  program
    .command('presign [urls...]')
    .description('links that work, with their true end')
    .option('--from <file>', 'a list of addresses, one a line, - for standard input')
    .option('--table <path>', 'the files of a table')
    .option('--column <name>', "which of the table's columns, else its only one of files")
    .option('--where <expression>', 'only rows for which this is true')
    .option('--expires <seconds>', 'life of each link', '3600')
    .option('--attachment', 'a browser saves the file')
    .option('--inline', 'a browser shows the file')
    .option('--filename <name>', 'the name it is saved under, for one URL')
    .option('--content-type <type>', "in place of the file's own, such as image/jpeg")
    .option('--verify', 'ask for one byte by each link')
    .option('--as <format>', linkFormats.join(', '))
    .action(begin((run, urls: string[], options: PresignOptions) => presign(run, urls, options)));

  const issued = program.command('links').description('links that were handed out; the links themselves are not kept');
  issued
    .command('list')
    .description('newest first')
    .option('--search <text>', 'only those whose reference holds this')
    .option('--alive', 'only those that still work')
    .option('--ended', 'only those that have ended')
    .option('--limit <n>', 'at most so many')
    .action(begin((run, options: ListOptions) => list(run, options)));
  issued
    .command('reissue <ids...>')
    .description('make the same links again, now')
    .option('--as <format>', linkFormats.join(', '))
    .action(begin((run, ids: string[], options: { as?: string }) => reissue(run, ids, options)));
  issued
    .command('forget <ids...>')
    .description('take links off the list')
    .action(begin((run, ids: string[]) => forget(run, ids)));
}
