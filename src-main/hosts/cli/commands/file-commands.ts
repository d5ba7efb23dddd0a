/** `fetch` and `probe`. */
import type { Command } from 'commander';
import type { RestartReason } from '../../../../src-shared/model/transfer.ts';
import { type Begin, type CommandRun, errorLine, settle, valueOrThrow } from '../command-run.ts';
import { alignedTable, counted, readCount, shownSize, shownValue } from '../text.ts';

/** Why a transfer began anew. */
const restartWords: Record<RestartReason, string> = {
  changed: 'the file changed while it was read',
  not_resumable: 'the connection broke, and the server gives nothing to go on by',
};

async function fetchFiles(run: CommandRun, urls: string[], options: { jobs?: string }): Promise<void> {
  const jobs = options.jobs === undefined ? {} : { jobs: readCount(options.jobs, '--jobs', 1) };
  const { files, evictedAgain } = valueOrThrow(
    await (await run.client()).files.fetch(
      { urls, cwd: run.surroundings.cwd, ...jobs },
      {
        signal: run.surroundings.signal,
        onProgress: (fetched) => {
          if (fetched.ok) {
            run.say(fetched.path);
            if (fetched.restarted) run.note(`${fetched.asked} began anew: ${restartWords[fetched.restarted]}.`);
          } else run.complain(`${fetched.asked}: ${errorLine(fetched.error)}`);
        },
      },
    ),
  );
  run.json(
    files.map((file) =>
      file.ok
        ? { url: file.asked, path: file.path, bytes: file.bytes, ...(file.restarted ? { restarted: file.restarted } : {}) }
        : { asked: file.asked, error: file.error },
    ),
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

/** Adds the commands about files. */
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
}
