/** Pages of the files in a folder. */
import { stat } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';
import type { FolderPrefix } from '../../src-shared/reference/parse-prefix.ts';
import { fileReference } from '../../src-shared/reference/parse-reference.ts';
import { fileFailure } from './file-failure.ts';
import { readFolder } from './folder-entries.ts';
import { cancelled } from './network-failure.ts';
import type { ListedObject, ListOptions, ListPage } from './store.ts';

/** As with buckets: entries a page unless another number is asked for. */
const entriesAPage = 1_000;
/** Walks that wait for their next page; one that was dropped is found again by its cursor, at the cost of reading its folders again. */
const keptWalks = 8;

type Found =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly error: VitrineError };

/** Lists folders, a page at a time. */
export type ListFolder = (folder: FolderPrefix, options: ListOptions) => Promise<ListPage>;

/**
 * Makes it. Files come by name, each folder's own in its place; hidden ones are left out, links followed, a folder that is reached twice is
 * read once. The cursor is the last path that was given, so that a page can be asked for by whoever knows it.
 */
export function createListFolder(platform: 'posix' | 'win32'): ListFolder {
  const waiting = new Map<string, AsyncGenerator<Found>>();
  return async ({ path: top }, { isRecursive, cursor, limit = entriesAPage, signal }) => {
    const nameOf = (after: string) => `${isRecursive} ${top}\0${after}`;
    const known = cursor === null ? undefined : waiting.get(nameOf(cursor));
    if (cursor !== null) waiting.delete(nameOf(cursor));
    const walk = known ?? walked(top, isRecursive, cursor === null ? [] : cursor.split('/'));
    const found: Found[] = [];
    let isEnded = false;
    while (found.length < limit && !isEnded) {
      if (signal.aborted) throw cancelled();
      const next = await walk.next();
      if (next.done) isEnded = true;
      else found.push(next.value);
    }
    const page = await pageOf(found, platform);
    const last = found.at(-1);
    if (signal.aborted) throw cancelled();
    if (isEnded || last === undefined) return { ...page, cursor: null };
    const after = relative(top, last.path).split(sep).join('/');
    waiting.set(nameOf(after), walk);
    const oldest = waiting.size > keptWalks ? waiting.keys().next().value : undefined;
    if (oldest !== undefined) waiting.delete(oldest);
    return { ...page, cursor: after };
  };
}

/** What lies below a folder, in the order of names. `after` are the names on the way to the entry that was given last. */
async function* walked(
  top: string,
  isRecursive: boolean,
  after: readonly string[],
  seen = new Set<string>(),
  isTop = true,
): AsyncGenerator<Found> {
  let inside: Awaited<ReturnType<typeof readFolder>>;
  try {
    const { dev, ino } = await stat(top, { bigint: true });
    if (seen.has(`${dev}:${ino}`)) return;
    seen.add(`${dev}:${ino}`);
    inside = await readFolder(top);
  } catch (thrown) {
    const failure = isTop ? folderFailure(thrown, top) : fileFailure(thrown, top);
    if (isTop || !(failure instanceof Failure)) throw failure;
    yield { kind: 'unreadable', path: top, error: failure.error };
    return;
  }
  const [first, ...rest] = after;
  for (const { name, path, kind } of inside.entries) {
    if (first !== undefined && name < first) continue;
    const isOnTheWay = name === first;
    // One that is on the way by itself was given as unreadable.
    if (isOnTheWay && rest.length === 0) continue;
    if (kind === 'folder' && isRecursive) yield* walked(path, true, isOnTheWay ? rest : [], seen, false);
    else if (kind !== 'other') yield { kind, path };
  }
  for (const { path, failure } of inside.unreadable) {
    if (first === undefined || basename(path) > first) yield { kind: 'unreadable', path, error: failure.error };
  }
}

/** The same words as of files, where it is a folder that is looked for. */
function folderFailure(thrown: unknown, path: string): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  if (code === 'ENOENT') return fail('not_found', { message: `There is no folder at ${path}.`, next: 'Correct the path.' });
  if (code === 'ENOTDIR') return fail('invalid_input', { message: `${path} is a file, and a folder is needed.`, next: 'Name a folder.' });
  return fileFailure(thrown, path);
}

async function pageOf(found: readonly Found[], platform: 'posix' | 'win32'): Promise<Omit<ListPage, 'cursor'>> {
  const described = await Promise.all(found.map((each) => (each.kind === 'file' ? describe(each.path, platform) : null)));
  const files = described.filter((each) => each !== null);
  const objects = files.filter((each): each is ListedObject => 'reference' in each && each.size !== 0);
  const failed = files.flatMap((each) => ('reference' in each ? [] : [each]));
  const unreadable = [...found.flatMap((each) => (each.kind === 'unreadable' ? [{ path: each.path, error: each.error }] : [])), ...failed];
  return {
    objects,
    folders: found.flatMap(({ kind, path }) => (kind === 'folder' ? [{ scheme: 'file', path } as const] : [])),
    placeholders: 0,
    empty: files.length - objects.length - failed.length,
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** Null for a file that vanished since its folder was read. */
async function describe(path: string, platform: 'posix' | 'win32'): Promise<ListedObject | { path: string; error: VitrineError } | null> {
  try {
    const stats = await stat(path, { bigint: true });
    return {
      reference: fileReference(path, platform),
      size: Number(stats.size),
      etag: etagOf(stats),
      modified: new Date(Number(stats.mtimeMs)).toISOString(),
      storageClass: null,
    };
  } catch (thrown) {
    const failure = fileFailure(thrown, path);
    if (!(failure instanceof Failure)) throw failure;
    return failure.error.cause === 'not_found' ? null : { path, error: failure.error };
  }
}

/** A file's validator: its size, its time to the nanosecond, its inode. */
export function etagOf(stats: { readonly size: bigint; readonly mtimeNs: bigint; readonly ino: bigint }): string {
  return `"${stats.size.toString(16)}-${stats.mtimeNs.toString(16)}-${stats.ino.toString(16)}"`;
}
