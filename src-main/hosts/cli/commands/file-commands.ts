/** `presign`, `fetch`, `probe` and `cache`. */
import type { Command } from 'commander';
import type { Link } from '../../../../src-shared/model/link.ts';
import { type Begin, type CommandRun, errorLine, valueOrThrow } from '../command-run.ts';
import { alignedTable, counted, readCount, readSize, shownSize, shownValue } from '../text.ts';

/** All asked things failed: nothing was done. */
function settle(run: CommandRun, failed: number, all: number): void {
  if (failed > 0) run.fail(failed === all ? 2 : 1);
}

async function presign(run: CommandRun, urls: string[], options: { expires: string }): Promise<void> {
  const expiresSeconds = readCount(options.expires, '--expires', 1);
  const outcomes = valueOrThrow(
    await (await run.client()).links.presign(
      { urls, cwd: run.surroundings.cwd, expiresSeconds, overCap: 'refuse' },
      { signal: run.surroundings.signal },
    ),
  );
  run.json(outcomes.map((outcome) => (outcome.ok ? documentedLink(outcome.link) : { asked: outcome.asked, error: outcome.error })));
  for (const outcome of outcomes) {
    if (outcome.ok) {
      run.say(outcome.link.url);
      for (const warning of outcome.link.warnings) run.surroundings.err(`${outcome.asked}: ${warning}\n`);
    } else run.complain(`${outcome.asked}: ${errorLine(outcome.error)}`);
  }
  settle(run, outcomes.filter(({ ok }) => !ok).length, outcomes.length);
}

/** The fields that the command line promises; what else a link knows is for the window. */
function documentedLink({ url, fileurl, issued_at, expires_at, limited_by, signed_as, verified, warnings }: Link): Omit<Link, 'signer'> {
  return { url, fileurl, issued_at, expires_at, limited_by, signed_as, verified, warnings };
}

async function fetchFiles(run: CommandRun, urls: string[], options: { jobs?: string }): Promise<void> {
  const jobs = options.jobs === undefined ? {} : { jobs: readCount(options.jobs, '--jobs', 1) };
  const { files, evictedAgain } = valueOrThrow(
    await (await run.client()).files.fetch(
      { urls, cwd: run.surroundings.cwd, ...jobs },
      {
        signal: run.surroundings.signal,
        onProgress: (fetched) => {
          if (fetched.ok) run.say(fetched.path);
          else run.complain(`${fetched.asked}: ${errorLine(fetched.error)}`);
        },
      },
    ),
  );
  run.json(
    files.map((file) => (file.ok ? { url: file.asked, path: file.path, bytes: file.bytes } : { asked: file.asked, error: file.error })),
  );
  for (const url of evictedAgain) run.complain(`${url} was evicted again to make room for the others.`);
  settle(run, files.filter(({ ok }) => !ok).length, files.length);
}

async function probe(run: CommandRun, urls: string[]): Promise<void> {
  const probed = valueOrThrow(
    await (await run.client()).files.probe({ urls, cwd: run.surroundings.cwd }, { signal: run.surroundings.signal }),
  );
  run.json(
    probed.map((one) => {
      if (!one.ok) return { asked: one.asked, error: one.error };
      const { pixelWidth, pixelHeight, hasAudio, sampleRate, ...facts } = one.facts;
      return {
        url: one.asked,
        ...facts,
        pixel_width: pixelWidth,
        pixel_height: pixelHeight,
        has_audio: hasAudio,
        sample_rate: sampleRate,
        size: one.remote.size,
        etag: one.remote.etag,
        modified: one.remote.modified,
        ...one.cost,
      };
    }),
  );
  const rows = probed.flatMap((one) => {
    if (!one.ok) return [];
    const { kind, format, width, height, duration } = one.facts;
    return [
      [
        one.asked,
        kind,
        format,
        shownValue(width),
        shownValue(height),
        duration === null ? '' : `${duration} s`,
        one.remote.size === null ? '' : shownSize(one.remote.size),
        counted(one.cost.requests, 'request'),
        shownSize(one.cost.bytes),
      ],
    ];
  });
  if (rows.length > 0)
    for (const line of alignedTable(['url', 'kind', 'format', 'width', 'height', 'duration', 'size', 'asked', 'read'], rows)) run.say(line);
  for (const one of probed) if (!one.ok) run.complain(`${one.asked}: ${errorLine(one.error)}`);
  settle(run, probed.filter(({ ok }) => !ok).length, probed.length);
}

/** Adds the commands about links, files and the cache. */
export function addFileCommands(program: Command, begin: Begin): void {
  program
    .command('presign <urls...>')
    .description('links that work, with their true end')
    .option('--expires <seconds>', 'life of the link', '3600')
    .action(begin((run, urls: string[], options: { expires: string }) => presign(run, urls, options)));
  program
    .command('fetch <urls...>')
    .description('bring files into the cache; prints their paths as they are known')
    .option('--jobs <n>', 'at most so many at a time')
    .action(begin((run, urls: string[], options: { jobs?: string }) => fetchFiles(run, urls, options)));
  program
    .command('probe <urls...>')
    .description('what the header of a file says, by its first bytes')
    .action(begin((run, urls: string[]) => probe(run, urls)));

  const cache = program.command('cache').description('copies of files that may be dropped at any time');
  cache
    .command('status')
    .description('how full the cache is')
    .action(
      begin(async (run) => {
        const status = valueOrThrow(await (await run.client()).cache.status({}));
        run.json(status);
        run.say(
          `${shownSize(status.bytes)} of ${shownSize(status.limit)} in ${counted(status.files, 'file')}, ${counted(status.hits, 'hit')}, ${counted(status.misses, 'miss', 'misses')}, ${counted(status.evictions, 'eviction')}`,
        );
      }),
    );
  cache
    .command('clear')
    .description('drop all copies; references, thumbnails and values stay')
    .action(
      begin(async (run) => {
        const { bytes, files } = valueOrThrow(await (await run.client()).cache.clear({}));
        run.json({ bytes, files });
        run.say(`Cache cleared: ${shownSize(bytes)} in ${counted(files, 'file')}. References, thumbnails and values stay.`);
      }),
    );
  cache
    .command('limit <size>')
    .description('the most that copies may take, such as 20GB')
    .action(
      begin(async (run, size: string) => {
        const status = valueOrThrow(await (await run.client()).cache.setLimit({ bytes: readSize(size) }));
        run.json(status);
        run.say(`The cache may take ${shownSize(status.limit)}; it takes ${shownSize(status.bytes)} now.`);
      }),
    );
}
