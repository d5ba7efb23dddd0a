/** `list`: what lies below a prefix of a bucket, or in a folder. */
import type { Command } from 'commander';
import type { Client, OutputOf } from '../../../../src-shared/contract/contract.ts';
import type { LeftOut, ListedEntry, listing } from '../../../../src-shared/contract/listing.ts';
import { type Begin, type CommandRun, valueOrThrow } from '../command-run.ts';
import { counted, joined, readCount, shownSize, shownValue } from '../text.ts';

type Page = OutputOf<typeof listing.page>;

interface ListOptions {
  recursive?: true;
  glob?: string;
  limit?: string;
}

/** `Left out: 2 folder placeholders, 1 empty object, 3 not matching.`, or null where nothing was. */
export function leftOutWords({ placeholders, empty, notMatched }: LeftOut): string | null {
  const parts = joined([
    placeholders > 0 ? counted(placeholders, 'folder placeholder') : null,
    empty > 0 ? counted(empty, 'empty object') : null,
    notMatched > 0 ? `${notMatched.toLocaleString('en-US')} not matching` : null,
  ]);
  return parts === '' ? null : `Left out: ${parts}.`;
}

/** The same with the names of the command line's JSON. */
export function leftOutJson({ placeholders, empty, notMatched }: LeftOut): Record<string, number> {
  return { placeholders, empty, not_matched: notMatched };
}

/** Page after page, each asked for while the one before is printed. */
async function* readPages(
  client: Client,
  question: { prefix: string; cwd: string; isRecursive: boolean; glob?: string },
  signal: AbortSignal,
): AsyncGenerator<Page> {
  const ask = (cursor: string | null) => client.listing.page({ ...question, cursor }, { signal });
  let next: ReturnType<typeof ask> | null = ask(null);
  while (next !== null) {
    const page: Page = valueOrThrow(await next);
    next = page.cursor === null ? null : ask(page.cursor);
    yield page;
  }
}

/** Wide enough for `999 kB`. */
const sizeWidth = 7;
const timeWidth = '2026-01-31T12:00:00Z'.length;

function line(size: string, modified: string | null, name: string): string {
  const time = modified?.replace(/\.\d+Z$/, 'Z') ?? '';
  return `${size.padStart(sizeWidth)}  ${time.padEnd(timeWidth)}  ${shownValue(name)}\n`;
}

function jsonEntry({ url, name, size, modified, kind, storageClass }: ListedEntry): string {
  return JSON.stringify({ url, name, size, modified, kind, storage_class: storageClass });
}

async function list(run: CommandRun, prefix: string, options: ListOptions): Promise<void> {
  const { out, err, whenDrained, signal, cwd } = run.surroundings;
  const limit = options.limit === undefined ? Number.MAX_SAFE_INTEGER : readCount(options.limit, '--limit', 1);
  const question = { prefix, cwd, isRecursive: options.recursive ?? false, ...(options.glob === undefined ? {} : { glob: options.glob }) };
  const leftOut: LeftOut = { placeholders: 0, empty: 0, notMatched: 0 };
  const folders: Page['folders'] = [];
  let objects = 0;
  let isComplete = true;
  let isFirst = true;
  for await (const page of readPages(await run.client(), question, signal)) {
    const room = limit - objects;
    const shown = page.objects.slice(0, room);
    isComplete = shown.length === page.objects.length && (page.cursor === null || objects + shown.length < limit);
    for (const key of ['placeholders', 'empty', 'notMatched'] as const) leftOut[key] += page[key];
    if (run.isJson) {
      run.beginStream();
      // A listing that fails at once prints its error as the document instead.
      if (isFirst) out('{"objects":[');
      for (const [index, object] of shown.entries()) out(`${objects + index === 0 ? '' : ','}${jsonEntry(object)}`);
      folders.push(...page.folders);
    } else {
      for (const { name } of page.folders) out(line('-', null, name));
      for (const { size, modified, name } of shown) out(line(size === null ? '' : shownSize(size), modified, name));
    }
    objects += shown.length;
    isFirst = false;
    await whenDrained();
    if (!isComplete) break;
  }
  if (run.isJson) {
    out(`],"folders":${JSON.stringify(folders)},${JSON.stringify({ ...leftOutJson(leftOut), complete: isComplete }).slice(1)}\n`);
    return;
  }
  const left = leftOutWords(leftOut);
  if (left !== null) err(`${left}\n`);
  if (!isComplete) err(`Only the first ${counted(objects, 'object')}; there are more.\n`);
}

/** Adds `list`. */
export function addListCommand(program: Command, begin: Begin): void {
  program
    .command('list <prefix>')
    .description('what lies under s3://bucket/prefix, gs://…, az://account/container/… or in a folder: size, time, name')
    .option('--recursive', 'all that is below, not one level')
    .option('--glob <glob>', 'only names below the prefix that match, such as **/*.jpg')
    .option('--limit <n>', 'at most so many objects')
    .action(begin((run, prefix: string, options: ListOptions) => list(run, prefix, options)));
}
