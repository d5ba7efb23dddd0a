/** What tags say, as plain JSON of bounded length. */
import type { MetadataTags } from 'mediabunny';

const textLimit = 2000;
const tagLimit = 100;

/** Trimmed, without NULs and not longer than 2,000 characters; null where there is nothing. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll('\0', '').trim();
  return text === '' ? null : text.slice(0, textLimit);
}

/** All tags but the pictures, which are counted; the container's own tags under `tags`. */
export function plainTags(tags: MetadataTags): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tags)) {
    if (name === 'raw' || name === 'images') continue;
    if (value instanceof Date) {
      if (!Number.isNaN(value.getTime())) out[name] = value.toISOString();
    } else if (typeof value === 'number' && Number.isFinite(value)) out[name] = value;
    else if (textOf(value) !== null) out[name] = textOf(value);
  }
  if (tags.images?.length) out.pictures = tags.images.length;
  const raw: Record<string, string> = {};
  for (const [name, value] of Object.entries(tags.raw ?? {}).slice(0, tagLimit)) {
    const text = textOf(value);
    if (text !== null) raw[name] = text;
  }
  if (Object.keys(raw).length > 0) out.tags = raw;
  return out;
}
