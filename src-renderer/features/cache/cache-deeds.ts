/** What the page of the cache does: read, clear, limit, verify, move. */
import type { CachedFile } from '../../../src-shared/contract/cache.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { say, sayError } from '../../app/notice-store.ts';
import type { Session } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { bytesOf, type TypedAmount } from './byte-amounts.ts';
import { filesOfPage } from './cache-store.ts';

/** Which copies are cleared. */
export type ClearChoice =
  | { readonly kind: 'all' }
  | { readonly kind: 'unused'; readonly days: number }
  | { readonly kind: 'table'; readonly tableId: number };

/** Reads what stands above the list. */
export async function readCache({ client, cache, activity }: Session): Promise<void> {
  const answer = await client.cache.details({});
  if (answer.ok) {
    cache.setState({ details: answer.value, error: null });
    activity.setState({ cache: answer.value.status });
  } else if (answer.error.cause !== 'cancelled') cache.setState({ error: answer.error });
}

/** Reads the page of the list that is looked at; one that is beyond the end gives way to the last there is. */
export async function readCachedFiles(session: Session): Promise<void> {
  const { client, cache } = session;
  const { start, keptOnly, question } = cache.getState();
  cache.setState({ question: question + 1 });
  const answer = await client.cache.list({ start, end: start + filesOfPage, keptOnly });
  if (cache.getState().question !== question + 1) return;
  if (!answer.ok) {
    if (answer.error.cause !== 'cancelled') cache.setState({ error: answer.error });
    return;
  }
  const { files, total } = answer.value;
  cache.setState({ files, total });
  if (files.length === 0 && start > 0) {
    cache.setState({ start: Math.max(0, Math.floor((total - 1) / filesOfPage) * filesOfPage) });
    await readCachedFiles(session);
  }
}

/** Lists all files, or those that are kept offline, from the last used on. */
export async function listKeptOnly(session: Session, keptOnly: boolean): Promise<void> {
  session.cache.setState({ keptOnly, start: 0 });
  await readCachedFiles(session);
}

async function readAll(session: Session): Promise<void> {
  await Promise.all([readCache(session), readCachedFiles(session)]);
}

/** Sets the limit as it is typed. Where it is refused it stays typed, with the reason beside it. */
export async function setLimit(session: Session, typed: TypedAmount): Promise<void> {
  const { client, cache, activity } = session;
  cache.setState({ limit: typed, limitError: null });
  const bytes = bytesOf(typed);
  const refuse = (limitError: VitrineError) => cache.setState({ limitError });
  if (bytes === null) {
    refuse({ cause: 'invalid_input', message: words.limitRule, next: words.limitExample });
    return;
  }
  const answer = await client.cache.setLimit({ bytes });
  if (!answer.ok) {
    const kept = activity.getState().cache?.kept ?? 0;
    refuse(
      answer.error.cause === 'cache_full' && bytes < kept
        ? { cause: 'cache_full', message: words.limitBelowKept(kept), next: null }
        : answer.error,
    );
    return;
  }
  activity.setState({ cache: answer.value });
  cache.setState({ limit: null });
  await readAll(session);
}

/** Clears copies, and says what stayed. */
export async function clearCopies(session: Session, choice: ClearChoice): Promise<void> {
  const { client, notices } = session;
  const answer = await client.cache.clear(
    choice.kind === 'unused' ? { olderThanSeconds: choice.days * 86_400 } : choice.kind === 'table' ? { table: choice.tableId } : {},
  );
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const { bytes, files, left } = answer.value;
  const done = choice.kind === 'all' && left.kept + left.inUse === 0 ? words.cacheCleared(bytes) : words.droppedFiles(files, bytes);
  say(notices, [done, words.clearedLeft(left.kept, left.inUse)].filter((part) => part !== '').join(' '));
  session.table.getState().pages?.refresh(null);
  await readAll(session);
}

/** Drops copies, kept offline or not. */
export async function dropCopies(session: Session, canonicals: readonly string[]): Promise<void> {
  const answer = await session.client.cache.drop({ canonicals: [...canonicals] });
  if (!answer.ok) sayError(session.notices, answer.error);
  else say(session.notices, answer.value.files === 0 ? words.droppedLater : words.droppedFiles(answer.value.files, answer.value.bytes));
  session.table.getState().pages?.refresh(null);
  await readAll(session);
}

/** Takes away all thumbnails. */
export async function clearThumbnails(session: Session): Promise<void> {
  const answer = await session.client.cache.clearThumbnails({});
  if (!answer.ok) sayError(session.notices, answer.error);
  else say(session.notices, words.thumbnailsCleared(answer.value.bytes));
  await readCache(session);
}

/** Keeps a file of the list offline, or no longer, by the rows of a table that shows it. */
export async function keepCachedFile(session: Session, file: CachedFile, isOn: boolean): Promise<void> {
  const { client, tree, notices } = session;
  const [path] = file.tables;
  const table = tree.getState().tables.find((one) => one.path === path);
  const media = table?.columns.filter(({ kind }) => kind === 'media') ?? [];
  if (!table || media.length === 0) {
    sayError(notices, { cause: 'unknown_name', message: words.keepNeedsTable, next: null });
    return;
  }
  const where = media.map(({ name }) => `${name}.fileurl == ${JSON.stringify(file.canonical)}`).join(' || ');
  const answer = await client.cache.keep({ table: table.id, rows: { where }, isOn });
  if (!answer.ok) sayError(notices, answer.error);
  else {
    const { references, fetched, bytes, failed } = answer.value;
    const [first] = failed;
    if (first) say(notices, words.keptFailed(file.name, first.error.message));
    else say(notices, isOn ? words.kept(references, fetched, bytes, 0) : words.unkept(references));
  }
  await readAll(session);
}

/** Holds every copy against its entry; goes on while the page is left. */
export async function verifyCache(session: Session): Promise<void> {
  const { client, cache, notices } = session;
  if (cache.getState().verifying) return;
  const abort = new AbortController();
  const progress = (done: number, total: number) => cache.setState({ verifying: { done, total, stop: () => abort.abort() } });
  progress(0, cache.getState().details?.status.files ?? 0);
  const answer = await client.cache.verify({}, { signal: abort.signal, onProgress: ({ done, total }) => progress(done, total) });
  cache.setState({ verifying: null });
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  cache.setState({ verified: answer.value });
  say(notices, words.verified(answer.value.checked, answer.value.bytes, answer.value.findings.length));
  await readAll(session);
}

/** Moves the cache to another folder; goes on while the page is left. */
export async function moveCache(session: Session, folder: string): Promise<void> {
  const { client, cache, notices } = session;
  const abort = new AbortController();
  const progress = (done: number, total: number) => cache.setState({ moving: { done, total, stop: () => abort.abort() } });
  progress(0, cache.getState().details?.status.bytes ?? 0);
  const answer = await client.cache.move({ folder }, { signal: abort.signal, onProgress: ({ done, total }) => progress(done, total) });
  cache.setState({ moving: null });
  if (!answer.ok) sayError(notices, answer.error);
  else say(notices, words.cacheMoved(answer.value.files, answer.value.bytes, answer.value.folder));
  await readAll(session);
}
