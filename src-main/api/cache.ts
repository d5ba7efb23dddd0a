/** The cache, and what is kept offline. */
import { homedir } from 'node:os';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { CachedFile } from '../../src-shared/contract/cache.ts';
import type { HandlersOf } from '../../src-shared/contract/contract.ts';
import type { TableReference } from '../../src-shared/contract/table-reference.ts';
import { Failure, fail, outcomeOf } from '../../src-shared/model/error.ts';
import { nameOf } from '../../src-shared/reference/describe-reference.ts';
import { referenceFromCanonical } from '../../src-shared/reference/parse-reference.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';
import { storedReference } from '../../src-shared/reference/stored-reference.ts';
import type { CacheSelection, HeldEntry } from '../cache/bytes.ts';
import { sizeInWords } from '../cache/disk.ts';
import type { Library } from '../library.ts';
import { keepOffline } from './keep-offline.ts';

/** Files that one answer may name. */
const mostFiles = 1000;
/** Tables of a file that are named. */
const mostTables = 3;
/** References that are read at a time. */
const pageSize = 5000;
const smallestLimit = 1_000_000;

/** Handlers of `cache.…`. */
export function cacheHandlers(library: Library): HandlersOf<'cache'> {
  const { bytes, catalog, jobs, settings } = library;
  return {
    status: () => bytes.status(),
    details: async () => ({ ...(await bytes.details()), thumbnails: await catalog.thumbnails.size() }),
    list: async ({ start, end, keptOnly }) => {
      if (end - start > mostFiles) {
        throw fail('invalid_input', { message: `At most ${mostFiles} files of the cache are read at once.`, next: 'Ask for fewer.' });
      }
      const { total, entries } = bytes.list(start, end, { keptOnly: keptOnly ?? false });
      return { total, files: await describeFiles(library, entries) };
    },
    clear: async ({ table, olderThanSeconds }) => bytes.clear(await selectionOf(library, table, olderThanSeconds)),
    drop: async ({ canonicals: asked }) => {
      const canonicals = asked as CanonicalUrl[];
      const kept = canonicals.filter((canonical) => bytes.isKept(canonical));
      // Who drops a file that is kept offline does not want it back with the next check.
      if (kept.length > 0) await bytes.setKept(kept.map(unsized), false);
      return bytes.drop(canonicals);
    },
    clearThumbnails: async () => ({ bytes: await catalog.thumbnails.clear() }),
    setLimit: async ({ bytes: limit }) => {
      // Before anything is evicted: a limit that cannot be kept in the settings must not hold.
      if (settings.problem) throw new Failure(settings.problem);
      if (limit < smallestLimit)
        throw fail('invalid_input', { message: 'The cache limit must be at least 1 MB.', next: 'Give a larger size.' });
      const { kept } = bytes.status();
      if (limit < kept) {
        throw fail('cache_full', {
          message: `${sizeInWords(kept)} is kept offline, so the limit cannot be below that.`,
          next: 'Keep fewer files offline, or set a higher limit.',
        });
      }
      const status = await bytes.setLimit(limit);
      await settings.setCacheLimit(limit);
      return status;
    },
    verify: async (_input, { signal, report }) =>
      jobs.run({ kind: 'check', title: 'Verify the cache', tableId: null, signal }, async (job) => {
        let before = 0;
        const {
          checked,
          bytes: read,
          findings,
        } = await bytes.verify({
          signal: job.signal,
          onProgress(done, total) {
            job.advance({ done: done - before, total });
            before = done;
            report({ done, total });
          },
        });
        const again = await fetchAgain(
          library,
          findings.flatMap(({ canonical, found }) => (canonical !== null && found !== 'stray' ? [canonical as CanonicalUrl] : [])),
          job.signal,
        );
        return {
          checked,
          bytes: read,
          findings: findings.map((finding) => ({
            ...finding,
            isFetchedAgain: finding.found !== 'stray' && finding.canonical !== null && again.has(finding.canonical),
          })),
        };
      }),
    move: async ({ folder: asked, cwd }, { signal, report }) => {
      const folder = folderOf(asked, cwd);
      if (settings.problem) throw new Failure(settings.problem);
      const { folder: present, folderProblem } = await bytes.details();
      if (folderProblem === null) refuseItself(folder, present);
      return jobs.run({ kind: 'move', title: `Move the cache to ${folder}`, tableId: null, signal }, async (job) => {
        // The first progress says that the move was accepted: from then on the next start must look there, also where it is stopped.
        let isWritten: Promise<void> | null = null;
        const own = join(library.folder, 'cache');
        const write = () => {
          isWritten ??= settings.setCacheFolder(folder === own ? null : folder);
          return isWritten;
        };
        let before = 0;
        const moved = await bytes
          .move(folder, {
            signal: job.signal,
            onProgress(done, total) {
              // What it is refused with is thrown below, where somebody waits for it.
              write().catch(() => undefined);
              job.advance({ done: done - before, total });
              before = done;
              report({ done, total });
            },
          })
          .finally(() => isWritten?.catch(() => undefined));
        await write();
        return { folder, ...moved };
      });
    },
    keep: async ({ table, rows, isOn }, { signal, report }) => keepOffline(library, { table, rows, isOn, signal, report }),
    transfers: () => bytes.transfers().slice(0, 200),
    ranges: async ({ referenceId }) => {
      const [found] = await catalog.references.get([referenceId]);
      if (!found) throw fail('unknown_name', { message: `There is no reference ${referenceId}.`, next: 'Its row may have been removed.' });
      const { size, ranges } = bytes.rangesOf(storedReference(found));
      return { size, ranges: ranges.map(([start, end]) => [start, end]) };
    },
  };
}

function unsized(canonical: CanonicalUrl) {
  return { reference: referenceFromCanonical(canonical), size: null };
}

/** The folder as the caller means it, absolute. */
function folderOf(asked: string, cwd: string | undefined): string {
  const path = asked.replace(/^~(?=$|[/\\])/, homedir());
  if (path.trim() === '' || (!isAbsolute(path) && cwd === undefined)) {
    throw fail('invalid_input', { message: `“${asked}” is no absolute path of a folder.`, next: 'Give the whole path.' });
  }
  return cwd === undefined ? resolve(path) : resolve(cwd, path);
}

/** @throws Failure `invalid_input` where a folder lies in the one that is to be moved there */
function refuseItself(folder: string, present: string): void {
  if (folder === present) {
    throw fail('invalid_input', { message: `The cache lies in “${folder}” already.`, next: 'Choose another folder.' });
  }
  const way = relative(present, folder);
  if (isAbsolute(way) || way.split(sep)[0] === '..') return;
  throw fail('invalid_input', { message: `“${folder}” is inside the cache itself.`, next: 'Choose a folder outside it.' });
}

async function describeFiles({ bytes, catalog }: Library, entries: readonly HeldEntry[]): Promise<CachedFile[]> {
  const canonicals = [...new Set(entries.map(({ canonical }) => canonical))];
  const shown = new Map((await catalog.references.shownIn(canonicals)).map(({ canonical, tables }) => [canonical, tables] as const));
  const changed = new Set(
    (await catalog.upstream.get(canonicals)).filter(({ state }) => state === 'changed').map(({ canonical }) => canonical),
  );
  return entries.map((entry) => {
    const tables = shown.get(entry.canonical) ?? [];
    return {
      canonical: entry.canonical,
      name: nameOf(referenceFromCanonical(entry.canonical)),
      state: entry.ranges === null ? 'whole' : 'part',
      bytes: entry.diskBytes,
      size: entry.size,
      isKept: bytes.isKept(entry.canonical),
      isInUse: entry.isInUse,
      isChanged: changed.has(entry.canonical),
      since: new Date(entry.since).toISOString(),
      lastUsed: new Date(entry.lastUsed).toISOString(),
      tables: tables.slice(0, mostTables),
      moreTables: Math.max(0, tables.length - mostTables),
    };
  });
}

/** What is to be cleared; with both a table and an age, what fits both. */
async function selectionOf(
  { bytes, catalog }: Library,
  table: TableReference | undefined,
  olderThanSeconds: number | undefined,
): Promise<CacheSelection> {
  const time = olderThanSeconds === undefined ? null : Date.now() - olderThanSeconds * 1000;
  if (table === undefined) return time === null ? { kind: 'all' } : { kind: 'unusedSince', time };
  const { id } = await catalog.tree.getTable(table);
  const canonicals = new Set<CanonicalUrl>();
  for (let after = 0; ; ) {
    const page = await catalog.references.ofRows(id, { where: 'true' }, { after, limit: pageSize });
    for (const { canonical } of page) canonicals.add(canonical);
    const last = page.at(-1);
    if (!last || page.length < pageSize) break;
    after = last.id;
  }
  if (time !== null) {
    const { total } = bytes.list(0, 0);
    for (const { canonical, lastUsed } of bytes.list(0, total).entries) if (lastUsed >= time) canonicals.delete(canonical);
  }
  return { kind: 'canonicals', canonicals };
}

/** Fetches those of these that are kept offline, and gives which are here again. */
async function fetchAgain({ bytes, catalog }: Library, lost: readonly CanonicalUrl[], signal: AbortSignal): Promise<Set<string>> {
  const kept = lost.filter((canonical) => bytes.isKept(canonical));
  const known = new Map((await catalog.references.ofCanonicals(kept)).map((one) => [one.canonical, one] as const));
  const again = new Set<string>();
  for (const canonical of kept) {
    const reference = storedReference(known.get(canonical) ?? { canonical, typed: canonical });
    const fetched = await outcomeOf(() => bytes.fetch(reference, { signal, priority: 'asked', isExplicit: true }));
    if (!fetched.ok) continue;
    fetched.value.release();
    again.add(canonical);
  }
  return again;
}
