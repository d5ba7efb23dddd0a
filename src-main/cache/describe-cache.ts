/** The cache as it is shown: its status, and what its page shows beside. */
import type { CacheDetails, CacheStatus } from '../../src-shared/contract/cache.ts';
import { type DiskSpace, freeDiskFloor } from './disk.ts';
import type { FileCache } from './file-cache.ts';
import type { FileMover } from './move-files.ts';
import type { Usage } from './usage.ts';

/** Sizes in bytes on disk. */
export function statusOf(files: FileCache, usage: Usage): CacheStatus {
  return {
    bytes: files.bytes,
    files: files.files,
    limit: files.space.limit,
    hits: usage.hits,
    misses: usage.misses,
    evictions: usage.evictionsBefore + files.evictions,
    kept: files.kept.bytes,
  };
}

/** `streamAbove` in bytes. */
export async function detailsOf(options: {
  files: FileCache;
  usage: Usage;
  mover: FileMover;
  streamAbove: number;
  diskSpace: (folder: string) => Promise<DiskSpace>;
}): Promise<Omit<CacheDetails, 'thumbnails'>> {
  const { files, usage, mover, streamAbove, diskSpace } = options;
  const folder = files.folders.pathOf(files.folders.current);
  const disk = await diskSpace(folder);
  return {
    status: statusOf(files, usage),
    parts: files.partBytes,
    keptFiles: files.kept.files,
    folder,
    folderProblem: files.folders.problem,
    disk: { free: disk.free, floor: freeDiskFloor(disk), total: disk.total },
    streamAbove,
    days: usage.days(),
    moving: mover.remaining(),
  };
}
