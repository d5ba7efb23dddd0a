/** A cache room for tests: real stores, a real folder, an index that outlives the room as the catalog does. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '../../src-main/cache/bytes.ts';
import { type BytesOptions, createBytes } from '../../src-main/cache/create-bytes.ts';
import type { CacheEntry, CatalogCacheIndex } from '../../src-main/catalog/catalog.ts';
import { createFileStore } from '../../src-main/stores/file.ts';
import { createHttpStore, type HttpStore } from '../../src-main/stores/http.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';

export function referenceOf(text: string): Reference {
  const outcome = parseReference(text, { cwd: '/', home: '/', platform: 'posix' });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value;
}

export const never = new AbortController().signal;

export interface CacheRoom {
  readonly folder: string;
  readonly http: HttpStore;
  readonly index: CatalogCacheIndex;
  /** What the index holds. */
  readonly indexed: ReadonlyMap<string, CacheEntry>;
  /** Opens the room on the folder; all of them are closed with the fixture. */
  open(options?: Partial<BytesOptions>): Promise<Bytes>;
  close(): Promise<void>;
}

export function memoryIndex(): { index: CatalogCacheIndex; indexed: Map<string, CacheEntry> } {
  const indexed = new Map<string, CacheEntry>();
  const index: CatalogCacheIndex = {
    load: async () => [...indexed.values()],
    put: async (entries) => {
      for (const entry of entries) indexed.set(entry.canonical, entry);
    },
    kept: async () => [],
    setKept: async () => undefined,
    remove: async (canonicals) => {
      for (const canonical of canonicals) indexed.delete(canonical);
    },
  };
  return { index, indexed };
}

export async function createCacheRoom(): Promise<CacheRoom> {
  const base = await mkdtemp(join(tmpdir(), 'vitrine-cache-'));
  const folder = join(base, 'cache');
  const { index, indexed } = memoryIndex();
  const http = createHttpStore({
    userAgent: 'Vitrine/test',
    guard: createNetworkGuard({ allowedHosts: () => ['127.0.0.1'] }),
    meter: { requestSent: () => undefined, bytesReceived: () => undefined },
    now: Date.now,
    random: () => 0,
    sleep: async () => undefined,
  });
  const file = createFileStore();
  const opened: Bytes[] = [];
  return {
    folder,
    http,
    index,
    indexed,
    async open(options = {}) {
      const bytes = await createBytes({
        folder,
        limit: 1_000_000_000,
        index,
        storeOf: (reference) => (reference.scheme === 'file' ? file : http),
        concurrency: 16,
        concurrencyPerHost: 6,
        clock: Date.now,
        ...options,
      });
      opened.push(bytes);
      return bytes;
    },
    async close() {
      await Promise.all(opened.map((bytes) => bytes.close()));
      await http.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** Bytes in blocks of all files of a folder, parts included; a file that leaves meanwhile counts nothing. */
export async function blocksOn(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        (facts) => facts.blocks * 512,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
