/** AVIF and HEIC (ISO/IEC 23008-12): the primary item's size, how it is cropped and turned, and its EXIF item. */

import type { HeaderReader } from '../header-reader.ts';
import { latin1, viewOf } from '../header-reader.ts';
import { type Box, boxesIn, readTopLevelBox } from '../iso-boxes.ts';
import type { ImageHeader } from './image-header.ts';

/** More than any camera writes; a 48 MP grid with its tiles stays below 100 KB. */
const metaLimit = 2 * 1024 * 1024;

interface Property extends Box {
  readonly bytes: Uint8Array;
}

interface Items {
  readonly primary: number;
  readonly types: Map<number, string>;
  /** Properties of the primary item, in the order in which they apply. */
  readonly properties: Property[];
  readonly hasAlpha: boolean;
  readonly exif: { readonly method: number; readonly extents: { offset: number; length: number }[] } | null;
  readonly idat: Uint8Array | null;
}

/** A cursor over big-endian numbers; reading behind the end throws RangeError, which the caller turns into `corrupt`. */
function cursor(bytes: Uint8Array, start: number) {
  const view = viewOf(bytes);
  let at = start;
  return {
    uint(size: number): number {
      let value = 0;
      for (let index = 0; index < size; index += 1) value = value * 256 + view.getUint8(at + index);
      at += size;
      return value;
    },
    skip(count: number) {
      at += count;
    },
    get at() {
      return at;
    },
  };
}

function itemTypes(meta: Uint8Array, box: Box | undefined): Map<number, string> {
  const types = new Map<number, string>();
  if (!box) return types;
  const version = meta[box.start] ?? 0;
  for (const entry of boxesIn(meta, box.start + 4 + (version === 0 ? 2 : 4), box.end)) {
    if (entry.type !== 'infe') continue;
    const read = cursor(meta, entry.start);
    const entryVersion = read.uint(1);
    if (entryVersion < 2) continue;
    read.skip(3);
    const id = read.uint(entryVersion === 2 ? 2 : 4);
    read.skip(2);
    types.set(id, latin1(meta, read.at, read.at + 4));
  }
  return types;
}

function propertiesOf(meta: Uint8Array, box: Box | undefined, item: number): Property[] {
  if (!box) return [];
  const children = boxesIn(meta, box.start, box.end);
  const container = children.find((child) => child.type === 'ipco');
  const all = container ? boxesIn(meta, container.start, container.end) : [];
  const found: Property[] = [];
  for (const association of children.filter((child) => child.type === 'ipma')) {
    const read = cursor(meta, association.start);
    const version = read.uint(1);
    const isWide = (read.uint(3) & 1) !== 0;
    const entries = read.uint(4);
    for (let entry = 0; entry < entries && read.at < association.end; entry += 1) {
      const id = read.uint(version < 1 ? 2 : 4);
      const count = read.uint(1);
      for (let index = 0; index < count; index += 1) {
        const place = isWide ? read.uint(2) & 0x7fff : read.uint(1) & 0x7f;
        const property = all[place - 1];
        if (id === item && property) found.push({ ...property, bytes: meta.subarray(property.start, property.end) });
      }
    }
  }
  return found;
}

/** Ids that refer to `item` by references of this type. */
function referringTo(meta: Uint8Array, box: Box | undefined, item: number, type: string): number[] {
  if (!box) return [];
  const wide = (meta[box.start] ?? 0) !== 0 ? 4 : 2;
  const from: number[] = [];
  for (const reference of boxesIn(meta, box.start + 4, box.end)) {
    if (reference.type !== type) continue;
    const read = cursor(meta, reference.start);
    const id = read.uint(wide);
    const count = read.uint(2);
    for (let index = 0; index < count && read.at < reference.end; index += 1) if (read.uint(wide) === item) from.push(id);
  }
  return from;
}

function locationOf(meta: Uint8Array, box: Box | undefined, item: number): Items['exif'] {
  if (!box) return null;
  const read = cursor(meta, box.start);
  const version = read.uint(1);
  read.skip(3);
  const sizes = read.uint(2);
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, version > 0 ? sizes & 15 : 0];
  const count = read.uint(version < 2 ? 2 : 4);
  for (let entry = 0; entry < count && read.at < box.end; entry += 1) {
    const id = read.uint(version < 2 ? 2 : 4);
    const method = version > 0 ? read.uint(2) & 15 : 0;
    read.skip(2);
    const base = read.uint(baseSize);
    const extentCount = read.uint(2);
    const extents: { offset: number; length: number }[] = [];
    for (let extent = 0; extent < extentCount && read.at < box.end; extent += 1) {
      read.skip(indexSize);
      const offset = base + read.uint(offsetSize);
      extents.push({ offset, length: read.uint(lengthSize) });
    }
    if (id === item) return { method, extents };
  }
  return null;
}

function itemsOf(reader: HeaderReader, meta: Uint8Array): Items {
  const boxes = boxesIn(meta, 4, meta.length);
  const box = (type: string) => boxes.find((candidate) => candidate.type === type);
  const pitm = box('pitm');
  if (!pitm) throw reader.damaged('does not say which of its items is the picture');
  const primary = cursor(meta, pitm.start + 4).uint((meta[pitm.start] ?? 0) === 0 ? 2 : 4);
  const types = itemTypes(meta, box('iinf'));
  const idat = box('idat');
  const exifItem = referringTo(meta, box('iref'), primary, 'cdsc').find((id) => types.get(id) === 'Exif');
  const isAlpha = (id: number) =>
    propertiesOf(meta, box('iprp'), id).some((property) => property.type === 'auxC' && /alpha|auxid:1/.test(latin1(property.bytes, 4)));
  return {
    primary,
    types,
    properties: propertiesOf(meta, box('iprp'), primary),
    hasAlpha: referringTo(meta, box('iref'), primary, 'auxl').some(isAlpha),
    exif: exifItem === undefined ? null : locationOf(meta, box('iloc'), exifItem),
    idat: idat ? meta.subarray(idat.start, idat.end) : null,
  };
}

/** Size after `clap`, `irot` and `imir`, in the order in which they are listed. Mirroring changes no size. */
function displayedSize(properties: Property[], width: number, height: number): { width: number; height: number; turns: number } {
  const size = { width, height, turns: 0 };
  for (const { type, bytes } of properties) {
    const view = viewOf(bytes);
    if (type === 'clap' && bytes.length >= 16) {
      const [cropWidth, cropHeight] = [view.getUint32(0) / view.getUint32(4), view.getUint32(8) / view.getUint32(12)];
      if (cropWidth >= 1 && cropHeight >= 1 && cropWidth <= size.width && cropHeight <= size.height) {
        size.width = Math.round(cropWidth);
        size.height = Math.round(cropHeight);
      }
    }
    if (type === 'irot' && bytes.length >= 1) {
      const turns = view.getUint8(0) & 3;
      size.turns = (size.turns + turns) % 4;
      if (turns % 2 === 1) [size.width, size.height] = [size.height, size.width];
    }
  }
  return size;
}

async function readExif(reader: HeaderReader, { exif, idat }: Items): Promise<Uint8Array | null> {
  const extent = exif?.extents.length === 1 ? exif.extents[0] : undefined;
  if (!extent || extent.length < 8 || extent.length > 256 * 1024) return null;
  const bytes =
    exif?.method === 1
      ? (idat?.subarray(extent.offset, extent.offset + extent.length) ?? null)
      : exif?.method === 0
        ? await reader.upTo(extent.offset, extent.length)
        : null;
  if (!bytes || bytes.length < 8) return null;
  return bytes.subarray(4 + viewOf(bytes).getUint32(0)); // in front: how far the TIFF header is
}

/** `brands` are the major and the compatible ones of `ftyp`. */
export async function readHeif(reader: HeaderReader, brands: readonly string[]): Promise<ImageHeader> {
  const meta = await readTopLevelBox(reader, 'meta', metaLimit);
  if (!meta) throw reader.damaged('has no header with its items');
  let items: Items;
  try {
    items = itemsOf(reader, meta);
  } catch (thrown) {
    if (thrown instanceof RangeError) throw reader.damaged('ends inside its header');
    throw thrown;
  }
  const size = items.properties.find((property) => property.type === 'ispe' && property.bytes.length >= 12);
  if (!size) throw reader.damaged('does not say its size');
  const view = viewOf(size.bytes);
  const [pixelWidth, pixelHeight] = [view.getUint32(4), view.getUint32(8)];
  if (pixelWidth === 0 || pixelHeight === 0) throw reader.damaged('says that it has no pixels');
  const isAvif = brands.some((brand) => brand.startsWith('avi')) || [...items.types.values()].includes('av01');
  const channels = items.properties.find((property) => property.type === 'pixi')?.bytes[4];
  const base = channels === 1 ? 'L' : 'RGB';
  const { width, height, turns } = displayedSize(items.properties, pixelWidth, pixelHeight);
  return {
    format: isAvif ? 'avif' : 'heic',
    mime: isAvif ? 'image/avif' : 'image/heic',
    pixelWidth,
    pixelHeight,
    displayed: { width, height },
    mode: items.hasAlpha ? `${base}A` : base,
    exif: await readExif(reader, items),
    codec: isAvif ? 'av1' : 'hevc',
    metadata: { ...(turns === 0 ? {} : { turned: (360 - turns * 90) % 360 }) },
  };
}
