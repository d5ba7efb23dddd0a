/** A cache room for tests: real stores, a real folder, an index that outlives the room as the catalog does. */
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '../../src-main/cache/bytes.ts';
import { type BytesOptions, type BytesSettings, createBytes } from '../../src-main/cache/create-bytes.ts';
import type { CacheEntry, CatalogCacheIndex } from '../../src-main/catalog/catalog.ts';
import { createFileStore } from '../../src-main/stores/file.ts';
import { createHttpStore, type HttpStore } from '../../src-main/stores/http.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';

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
  open(options?: Partial<BytesOptions>, settings?: Partial<BytesSettings>): Promise<Bytes>;
  close(): Promise<void>;
}

export function memoryIndex(): { index: CatalogCacheIndex; indexed: Map<string, CacheEntry> } {
  const indexed = new Map<string, CacheEntry>();
  const kept = new Set<CanonicalUrl>();
  const index: CatalogCacheIndex = {
    load: async () => [...indexed.values()],
    put: async (entries) => {
      for (const entry of entries) indexed.set(entry.id, entry);
    },
    kept: async () => [...kept],
    setKept: async (canonicals, isKept) => {
      for (const canonical of canonicals) {
        if (isKept) kept.add(canonical);
        else kept.delete(canonical);
      }
    },
    remove: async (ids) => {
      for (const id of ids) indexed.delete(id);
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
    async open(options = {}, settings = {}) {
      const bytes = await createBytes({
        folder,
        limit: 1_000_000_000,
        index,
        storeOf: (reference) => (reference.scheme === 'file' ? file : http),
        settings: () => ({
          ...{ streamAbove: null, checkAfterHours: null, bandwidth: null, concurrency: 16, concurrencyPerHost: 6 },
          ...settings,
        }),
        clock: Date.now,
        random: () => 0,
        sleep: async () => undefined,
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

/**
 * Bytes in blocks of all files of a folder, parts and folders included. Nothing is granted room while it looks, since it does not let go of
 * the thread; a file that is renamed or removed meanwhile counts once or not.
 */
export function blocksOn(folder: string): number {
  const seen = new Map<number, number>();
  const look = (path: string): void => {
    const facts = statSync(path, { throwIfNoEntry: false });
    if (!facts) return;
    seen.set(facts.ino, facts.blocks * 512);
    if (!facts.isDirectory()) return;
    try {
      for (const name of readdirSync(path)) look(join(path, name));
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
    }
  };
  look(folder);
  return [...seen.values()].reduce((sum, size) => sum + size, 0);
}
