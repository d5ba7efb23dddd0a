/** The files of a cache for tests: real folders and the real index of a catalog, which both outlive what is opened on them. */
import { readdirSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileCache, HeldFile, HeldPart, PartFacts } from '../../src-main/cache/file-cache.ts';
import { type FileCacheOptions, openFileCache } from '../../src-main/cache/open-file-cache.ts';
import type { Catalog } from '../../src-main/catalog/catalog.ts';
import { newFolder, open } from '../catalog/open-library.ts';
import { referenceOf } from './cache-room.ts';

export interface FileRoom {
  readonly base: string;
  /** The library's own cache folder. */
  readonly folder: string;
  readonly catalog: Catalog;
  /** `none path` and `whole path` in the order told. */
  readonly told: string[];
  open(options?: Partial<FileCacheOptions>): Promise<FileCache>;
}

/** Its catalog and folder go with the test. */
export async function createFileRoom(): Promise<FileRoom> {
  const base = newFolder();
  const folder = join(base, 'cache');
  const catalog = await open(base);
  const told: string[] = [];
  let time = 1_000_000;
  return {
    ...{ base, folder, catalog, told },
    open: (options = {}) =>
      openFileCache({
        ...{ folder, chosenFolder: null, owner: 'this-library', index: catalog.cacheIndex, limit: 100_000_000 },
        clock: () => {
          time += 1;
          return time;
        },
        onHeld: (canonical, held) => told.push(`${held} ${canonical.replace('https://example.org/', '')}`),
        ...options,
      }),
  };
}

export const url = (name: string): string => `https://example.org/${name}`;

export function factsOf(size: number | null, about: Partial<PartFacts> = {}): PartFacts {
  return { size, type: 'application/octet-stream', etag: '"one"', modified: null, ...about };
}

/** Begins a part and writes bytes of `fill` into the ranges, reserved first and recorded after. */
export async function writePart(
  files: FileCache,
  name: string,
  ranges: [number, number][],
  about: Partial<PartFacts> & { fill?: number } = {},
): Promise<HeldPart> {
  const { fill = 1, ...facts } = about;
  const part = files.beginPart(referenceOf(url(name)), factsOf(about.size ?? null, facts));
  await part.reserve(ranges);
  await writeRanges(part.path, ranges, fill);
  part.record(ranges);
  return part;
}

async function writeRanges(path: string, ranges: [number, number][], fill: number): Promise<void> {
  const length = ranges.at(-1)?.[1] ?? 0;
  const bytes = Buffer.alloc(length);
  for (const [start, end] of ranges) bytes.fill(fill, start, end);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
}

/** Brings a whole file and keeps its lease. */
export async function bring(
  files: FileCache,
  name: string,
  size: number,
  about: Partial<PartFacts> & { fill?: number } = {},
): Promise<HeldFile> {
  const { fill = 1, ...facts } = about;
  const part = await writePart(files, name, [[0, size]], { ...facts, fill, size });
  return part.admit({ ...factsOf(size, facts), size });
}

/** Brings a whole file that nobody uses. */
export async function store(
  files: FileCache,
  name: string,
  size: number,
  about: Partial<PartFacts> & { fill?: number } = {},
): Promise<string> {
  const file = await bring(files, name, size, about);
  file.release();
  return file.path;
}

/** The names of what is held, the last used first; `~` stands before a part. */
export function heldNames(files: FileCache): string {
  return files
    .list(0, 1000)
    .entries.map((entry) => `${entry.ranges === null ? '' : '~'}${entry.canonical.replace(url(''), '')}`)
    .join(' ');
}

/** The names in a folder; none where it left meanwhile. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What a folder takes on the disk, itself and all below included, as du counts: at one instant of this thread, each file once. */
export function diskUse(folder: string, seen = new Set<number>()): number {
  const own = statSync(folder, { throwIfNoEntry: false });
  if (!own || seen.has(own.ino)) return 0;
  seen.add(own.ino);
  const below = own.isDirectory() ? namesIn(folder) : [];
  return below.reduce((sum, name) => sum + diskUse(join(folder, name), seen), own.blocks * 512);
}
