/** `fetch`, `probe` and `cache`. */
import type { Command } from 'commander';
import { type Begin, type CommandRun, errorLine, settle, valueOrThrow } from '../command-run.ts';
import { alignedTable, counted, readCount, readSize, shownSize, shownValue } from '../text.ts';

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

/** Adds the commands about files and the cache. */
export function addFileCommands(program: Command, begin: Begin): void {
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
