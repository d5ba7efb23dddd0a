/** Facts of the file system: how much room is left, how much a file takes, and what its errors mean. */
import { statfs } from 'node:fs/promises';
import { type Failure, fail } from '../../src-shared/model/error.ts';

/** Bytes of a file system. `free` is what this user may still write; `block` is what every file is rounded up to. */
export interface DiskSpace {
  readonly free: number;
  readonly total: number;
  readonly block: number;
}

/** Room left where `folder` lies. */
export async function diskSpaceOf(folder: string): Promise<DiskSpace> {
  const facts = await statfs(folder);
  return { free: facts.bavail * facts.bsize, total: facts.blocks * facts.bsize, block: Math.max(512, facts.bsize) };
}

/** Free disk that is never touched: the smaller of 2 GiB and 5 % of the disk. */
export function freeDiskFloor(space: DiskSpace): number {
  return Math.min(2 * 1024 ** 3, space.total * 0.05);
}

/**
 * Bytes on disk of a file of `size` bytes, at most. One block more than the content: file systems keep the map of a scattered
 * file in a block of its own (ext4's extent tree).
 */
export function blocksFor(size: number, block: number): number {
  return (Math.ceil(size / block) + 1) * block;
}

/** Ranges that one block of ext4's extent tree maps: (4096 - 12) / 12. */
const rangesInBlock = 340;

/** Bytes on disk of a sparse file with these half-open ranges, in order, at most: every block that is touched, and the map of them. */
export function blocksForRanges(ranges: readonly (readonly [number, number])[], block: number): number {
  let blocks = 0;
  let reach = 0;
  for (const [start, end] of ranges) {
    if (end <= start) continue;
    const from = Math.max(reach, Math.floor(start / block));
    reach = Math.max(reach, Math.ceil(end / block));
    blocks += Math.max(0, reach - from);
  }
  return (blocks + 1 + Math.floor(ranges.length / rangesInBlock)) * block;
}

/** Bytes on disk of a file that is there. File systems that allocate late (ZFS, btrfs) say too little at first, hence the maximum. */
export function diskBytesOf(stat: { blocks: number; size: number }, block: number): number {
  return Math.max(stat.blocks * 512, Math.ceil(stat.size / block) * block);
}

/** The same of a sparse file, of which these ranges were written: its size says nothing. */
export function sparseBytesOf(stat: { blocks: number }, ranges: readonly (readonly [number, number])[], block: number): number {
  return Math.max(stat.blocks * 512, blocksForRanges(ranges, block) - block);
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** For a sentence: `1.2 MB`, in steps of 1000. */
export function sizeInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit] ?? 'B'}`;
}

/** The failure behind an error of the file system while `folder` was written, or null where it is something else. */
export function diskFailure(thrown: unknown, folder: string, need: number): Failure | null {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(need);
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return fail('read_only', { message: `${folder} cannot be written.`, next: 'Choose another folder for the cache.' });
  }
  // A disk that was unplugged, or a folder that was removed. Not `not_found`, which is said of files upstream and remembered.
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO' || code === 'EIO') {
    return fail('read_only', {
      message: `${folder} is not there any more.`,
      next: 'Connect its disk and open the library again, or choose another folder for the cache.',
    });
  }
  return null;
}

/** `need` in bytes. */
export function diskFull(need: number): Failure {
  return fail('disk_full', {
    message: `The disk is full: ${sizeInWords(need)} is needed.`,
    next: 'Free some disk, or choose another folder for the cache.',
  });
}
