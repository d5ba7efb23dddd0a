/** The compute room over real rooms, for tests: a catalog in a folder of its own, the web store, the cache, the media room. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Bytes } from '../../src-main/cache/bytes.ts';
import { createBytes } from '../../src-main/cache/create-bytes.ts';
import type { Catalog, InsertBatch } from '../../src-main/catalog/catalog.ts';
import { openCatalog } from '../../src-main/catalog/open-catalog.ts';
import type { Compute } from '../../src-main/compute/compute.ts';
import { createCompute } from '../../src-main/compute/create-compute.ts';
import { createJobs } from '../../src-main/jobs/job-list.ts';
import type { Jobs } from '../../src-main/jobs/jobs.ts';
import type { Links } from '../../src-main/links/links.ts';
import { createMedia } from '../../src-main/media/create-media.ts';
import type { Media } from '../../src-main/media/media.ts';
import { createHttpStore } from '../../src-main/stores/http.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import type { Cell } from '../../src-shared/model/cell.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { RowId, Table } from '../../src-shared/model/table.ts';
import type { CanonicalUrl } from '../../src-shared/reference/reference.ts';

export interface ComputeRoom {
  readonly catalog: Catalog;
  readonly compute: Compute;
  readonly jobs: Jobs;
  readonly media: Media;
  readonly bytes: Bytes;
  /** Milliseconds since 1970; moved by tests. */
  readonly clock: { time: number };
  /** Bugs that were logged. */
  readonly bugs: unknown[];
  /** How many links were signed. */
  readonly signed: { count: number };
  close(): Promise<void>;
}

export interface RoomChanges {
  /** Stands before the room's own media, to count or to break. */
  readonly wrapMedia?: (media: Media) => Media;
}

/** A folder for `openRoom`. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'vitrine-compute-'));
}

/** Removes it. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Opens all rooms over a folder. Waits between attempts take no time. */
export async function openRoom(folder: string, changes: RoomChanges = {}): Promise<ComputeRoom> {
  const clock = { time: Date.parse('2026-11-23T12:00:00Z') };
  const now = () => clock.time;
  const sleep = async (_milliseconds: number, signal: AbortSignal) => signal.throwIfAborted();
  const catalog = await openCatalog({
    folder,
    workerUrl: new URL('../../src-main/catalog/catalog-worker.ts', import.meta.url),
    appVersion: '0.1.0',
  });
  const store = createHttpStore({
    userAgent: 'Vitrine/test',
    guard: createNetworkGuard({ allowedHosts: () => ['127.0.0.1'] }),
    meter: { requestSent: () => {}, bytesReceived: () => {} },
    now,
    random: () => 0,
    sleep: async () => {},
  });
  const bytes = await createBytes({
    folder: join(folder, 'cache'),
    limit: 50_000_000,
    index: catalog.cacheIndex,
    storeOf: () => store,
    settings: () => ({ streamAbove: null, checkAfterHours: null, bandwidth: null, concurrency: 8, concurrencyPerHost: 8 }),
    clock: now,
  });
  const ownMedia = createMedia({
    bytes,
    thumbnails: catalog.thumbnails,
    startHelper: () => {
      throw new Error('Computing needs no decode helper.');
    },
    findFfmpeg: async () => null,
  });
  const media = changes.wrapMedia?.(ownMedia) ?? ownMedia;
  const jobs = createJobs({ now });
  const bugs: unknown[] = [];
  const signed = { count: 0 };
  const compute = createCompute({
    catalog,
    media,
    bytes,
    links: linksOf(signed, now),
    stat: (reference, signal) => store.stat(reference, signal),
    jobs,
    log: { info: () => {}, warn: () => {}, bug: (_message, thrown) => void bugs.push(thrown), close: async () => {} },
    clock: { now, sleep },
    random: () => 0,
  });
  return {
    catalog,
    compute,
    jobs,
    media,
    bytes,
    clock,
    bugs,
    signed,
    async close() {
      await compute.close();
      await ownMedia.close();
      await bytes.close();
      await store.close();
      await catalog.close();
    },
  };
}

/** Signs s3 addresses with a number that counts; nothing is known of accounts here. */
function linksOf(signed: { count: number }, now: () => number): Links {
  const links: Links = {
    async sign(reference, { expiresSeconds }) {
      if (reference.scheme === 'file') {
        return { ok: false, error: fail('signature_not_possible', { message: 'A file of this computer has no link.' }).error };
      }
      signed.count += 1;
      const isObject = reference.scheme === 's3';
      return {
        ok: true,
        value: {
          url: isObject ? `https://signed.example/${signed.count}` : reference.canonical,
          fileurl: reference.canonical,
          issued_at: new Date(now()).toISOString(),
          expires_at: isObject ? new Date(now() + expiresSeconds * 1000).toISOString() : null,
          limited_by: isObject ? 'asked' : 'none',
          signed_as: isObject ? 'the tests' : null,
          verified: null,
          warnings: [],
        },
      };
    },
    async signAndVerify(reference, options) {
      const outcome = await links.sign(reference, options);
      return outcome.ok ? { ok: true, value: { link: outcome.value, check: null } } : outcome;
    },
    verify: async () => null,
    plainAddress: async () => null,
    serverNow: now,
  };
  return links;
}

/** A PNG of this size in one colour. */
export function picture(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#3377aa' } })
    .png()
    .toBuffer();
}

/** Inserts a row for each address into the first column. */
export async function insertUrls(catalog: Catalog, table: Table, urls: readonly string[]): Promise<void> {
  const column = table.columns[0];
  if (!column) throw new Error('The table has no column.');
  const ids = [column.id];
  async function* batches(): AsyncGenerator<InsertBatch> {
    yield { columnIds: ids, rows: urls.map((url) => [{ canonical: url as CanonicalUrl, typed: url }]) };
  }
  await catalog.rows.insert(table.id, batches(), { label: 'Inserted rows', skipKnown: false, signal: new AbortController().signal });
}

/** Adds a computed column and gives the table with it. */
export async function addColumn(room: ComputeRoom, path: string, name: string, expression: string): Promise<Table> {
  const table = await room.catalog.tree.getTable(path);
  await room.catalog.tree.addComputedColumn(table.id, room.compute.plan(table, name, expression));
  return room.catalog.tree.getTable(path);
}

/** Id of a column. */
export function idOf(table: Table, name: string): number {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) throw new Error(`There is no column ${name}.`);
  return column.id;
}

/** All rows, in the order of their ids. */
export async function rowsOf(room: ComputeRoom, table: Table): Promise<{ rowId: RowId; cells: Record<string, Cell> }[]> {
  const view = await room.catalog.views.open(table.id, { filter: null, order: [] });
  const { rows } = await room.catalog.views.page(view.viewId, 0, 1000);
  await room.catalog.views.close(view.viewId);
  return rows.map(({ rowId, cells }) => ({
    rowId,
    cells: Object.fromEntries(table.columns.flatMap(({ name }, index) => (cells[index] ? [[name, cells[index]]] : []))),
  }));
}

/** A cell in a few words: `ok 3`, `error not_found`, `pending`. */
export function inWords(cell: Cell | undefined): string {
  if (!cell) return 'missing';
  if (cell.state === 'error') return `error ${cell.error?.cause}`;
  return cell.state === 'ok' ? `ok ${JSON.stringify(cell.value)}` : cell.state;
}
