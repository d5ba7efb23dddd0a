/** Parts of files in use: their room, what is remembered of them, and how a complete one becomes a whole file. */
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../src-shared/model/error.ts';
import type { CanonicalUrl, Reference } from '../../src-shared/reference/reference.ts';
import { blocksForRanges, diskBytesOf, diskFailure, sizeInWords, sparseBytesOf } from './disk.ts';
import { entryIdOf, partNameOf, validatorOf, wholeNameOf } from './entry-name.ts';
import type { HeldPart, PartFacts, Ranges } from './file-cache.ts';
import type { FileCore } from './file-core.ts';
import type { Item } from './held-items.ts';

/** Beside its own blocks a file may need one for its folder, and one by which the cache's folder grows. */
const blocksBeside = 2;

/** The part of a state of the object (`validatorOf`), or with null the one that was used last. */
export function findPart(core: FileCore, canonical: CanonicalUrl, validator: string | null): Item | null {
  const parts = core.items.statesOf(canonical).filter((item) => item.entry.ranges !== null && !item.isLeaving);
  const good = parts.filter((item) => validator === null || validatorOf(item.entry) === validator);
  return good.reduce<Item | null>((best, item) => (best && best.entry.lastUsed > item.entry.lastUsed ? best : item), null);
}

/** Adds the item of a part that begins; its file is made by who writes it. */
export function addPart(core: FileCore, { canonical }: Reference, facts: PartFacts): Item {
  const validator = validatorOf(facts);
  const former = findPart(core, canonical, validator);
  if (former) void core.retire(former);
  let again = 0;
  let id = entryIdOf(canonical, validator, again);
  // What has this id is in use, or its file is being removed this moment.
  while (core.isNamed(id)) {
    again += 1;
    id = entryIdOf(canonical, validator, again);
  }
  const since = core.tick();
  const item: Item = {
    entry: {
      ...{ id, canonical, folder: core.folders.current, file: partNameOf(id), ranges: [], diskBytes: 0, sha256: null },
      ...{ size: facts.size, etag: facts.etag, modified: facts.modified, type: facts.type, md5: facts.md5 ?? null },
      ...{ since, lastUsed: since, checkedAt: since },
    },
    ...{ leases: 0, counted: 0, claim: null, isLeaving: false },
  };
  core.items.add(item);
  return item;
}

/** Takes a part into use that nobody uses. */
export function holdPart(core: FileCore, item: Item, reference: Reference): HeldPart {
  const { items, block } = core;
  const claim = core.space.claim(item.counted);
  let isOver = false;
  items.touch(item);
  items.change(item, () => {
    item.entry = { ...item.entry, lastUsed: core.tick() };
    item.leases = 1;
    item.claim = claim;
    item.counted = 0;
  });
  if (item.entry.ranges?.length) void core.changed(item.entry.id);

  /** Gives the part back, counted as all that was claimed until it is measured. */
  function putDown(): void {
    isOver = true;
    items.change(item, () => {
      item.leases = 0;
      item.counted = claim.bytes;
      item.claim = null;
    });
    claim.end();
  }

  async function measure(): Promise<void> {
    const facts = await stat(core.pathOf(item.entry)).catch(() => null);
    if (items.get(item.entry.id) !== item || item.claim !== null || item.entry.ranges === null) return;
    const { ranges } = item.entry;
    items.change(item, () => {
      item.counted = facts ? sparseBytesOf(facts, ranges, block) : 0;
      item.entry = { ...item.entry, diskBytes: item.counted };
    });
    await core.measureFolders();
    void core.changed(item.entry.id);
    core.released();
  }

  const bytesFor = (ranges: Ranges): number => blocksForRanges(ranges, block) + blocksBeside * block;

  return {
    get entry() {
      return item.entry;
    },
    path: core.pathOf(item.entry),
    reserve: (ranges) => claim.growTo(bytesFor(ranges)),
    tryReserve: (ranges, mayEvict) => claim.tryGrowTo(bytesFor(ranges), mayEvict),
    wrote: (bytes) => claim.wrote(bytes),
    rest: () => claim.rest(),
    record(ranges, learnt = {}) {
      if (isOver) throw new Error('record: the part was given back');
      const { md5, ...facts } = learnt;
      item.entry = { ...item.entry, ...facts, ...(md5 === undefined ? {} : { md5 }), ranges, diskBytes: blocksForRanges(ranges, block) };
      void core.changed(item.entry.id);
    },
    async admit(facts) {
      const { id, folder } = item.entry;
      const part = core.pathOf(item.entry);
      const came = await stat(part).then(
        (found) => found.size,
        () => 0,
      );
      if (came !== facts.size) {
        throw fail('server_error', {
          message: `The file came with ${sizeInWords(came)} instead of ${sizeInWords(facts.size)}.`,
          next: 'Try again.',
        });
      }
      const file = wholeNameOf(id, reference, facts.type);
      const path = join(core.folders.pathOf(folder), file);
      try {
        await mkdir(dirname(path), { recursive: true });
        await rename(part, path);
      } catch (thrown) {
        throw diskFailure(thrown, dirname(path), claim.bytes) ?? thrown;
      }
      const [whole, own] = await Promise.all([stat(path), stat(dirname(path)), core.measureFolders()]);
      const diskBytes = diskBytesOf(whole, block) + own.blocks * 512;
      for (const other of items.statesOf(item.entry.canonical)) if (other !== item) void core.retire(other);
      const now = core.tick();
      isOver = true;
      items.touch(item);
      items.change(item, () => {
        item.entry = {
          ...item.entry,
          ...{ file, ranges: null, size: facts.size, diskBytes, lastUsed: now, checkedAt: now, sha256: null },
          ...{ etag: facts.etag, modified: facts.modified, type: facts.type, md5: facts.md5 ?? null },
        };
        item.leases = 0;
        item.counted = diskBytes;
        item.claim = null;
        item.isLeaving = false;
      });
      core.unhashed.add(id);
      claim.land();
      // Who waits for room waits until those who asked for the file had the chance to be done with it.
      const lease = core.hold(item, () => setImmediate(claim.end));
      core.onHeld(item.entry.canonical, 'whole');
      await core.changed(id);
      return lease;
    },
    release() {
      if (isOver) return;
      putDown();
      if (item.isLeaving || item.entry.ranges?.length === 0) void core.remove(item);
      else void measure();
      core.released();
    },
    async discard() {
      if (isOver) return;
      putDown();
      await core.remove(item);
    },
  };
}
