/** The cache over a real catalog and the web store in one folder, as a library has them; for processes that are killed and opened again. */
import { join } from 'node:path';
import type { Bytes } from '../../src-main/cache/bytes.ts';
import { createBytes } from '../../src-main/cache/create-bytes.ts';
import type { Catalog } from '../../src-main/catalog/catalog.ts';
import { openCatalog } from '../../src-main/catalog/open-catalog.ts';
import { createHttpStore, type HttpStore } from '../../src-main/stores/http.ts';
import { createNetworkGuard } from '../../src-main/stores/network-guard.ts';

export interface RealCache {
  readonly bytes: Bytes;
  readonly catalog: Catalog;
  readonly http: HttpStore;
  /** Where the files are. */
  readonly folder: string;
  /** Closes the cache alone and opens it again on the same catalog; `bytes` is the new one then. */
  reopen(limit: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens all of them; waits between attempts take no time. `clock` gives milliseconds since 1970. */
export async function openRealCache(
  library: string,
  options: { readonly limit: number; readonly clock?: () => number; readonly concurrencyPerHost?: number },
): Promise<RealCache> {
  const folder = join(library, 'cache');
  const catalog = await openCatalog({
    folder: library,
    workerUrl: new URL('../../src-main/catalog/catalog-worker.ts', import.meta.url),
    appVersion: '0.1.0',
  });
  const http = createHttpStore({
    userAgent: 'Vitrine/test',
    guard: createNetworkGuard({ allowedHosts: () => ['127.0.0.1'] }),
    meter: { requestSent: () => undefined, bytesReceived: () => undefined },
    now: Date.now,
    random: () => 0,
    sleep: async () => undefined,
  });
  const opened = (limit: number) =>
    createBytes({
      folder,
      limit,
      index: catalog.cacheIndex,
      storeOf: () => http,
      settings: () => ({
        ...{ streamAbove: null, checkAfterHours: null, bandwidth: null },
        ...{ concurrency: 16, concurrencyPerHost: options.concurrencyPerHost ?? 6 },
      }),
      clock: options.clock ?? Date.now,
      sleep: async () => undefined,
      memory: catalog.memory,
    });
  let bytes = await opened(options.limit);
  return {
    get bytes() {
      return bytes;
    },
    catalog,
    http,
    folder,
    async reopen(limit) {
      await bytes.close();
      bytes = await opened(limit);
    },
    async close() {
      await bytes.close();
      await http.close();
      await catalog.close();
    },
  };
}
