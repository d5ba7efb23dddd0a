/** SVG: size by `width` and `height` in absolute units, else by `viewBox`. The text is searched, not parsed: no entity, no outside resource. */
import type { ReadImageHeader } from './image-header.ts';

/** CSS pixels of a unit (CSS Values 4, section 6.2). */
const units: Record<string, number> = { '': 1, px: 1, pt: 96 / 72, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4, q: 96 / 101.6 };

function lengthOf(text: string | undefined): number | null {
  const match = /^\s*\+?(\d{0,9}\.?\d{1,9})\s*(px|pt|pc|in|cm|mm|q)?\s*$/i.exec(text ?? '');
  const unit = units[(match?.[2] ?? '').toLowerCase()];
  return match && unit ? Number(match[1]) * unit : null;
}

/** How far in the root element may begin: comments and doctypes come first. */
const searched = 64 * 1024;

/** Where the quoted text or tag that begins at `start` ends: the first `end` outside of quotes, or the end of the text. */
function behindTag(text: string, start: number, open: string, close: string): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === '"' || letter === "'") {
      at = text.indexOf(letter, at + 1);
      if (at < 0) return text.length;
    } else if (letter === open) depth += 1;
    else if (letter === close) depth -= 1;
    else if (letter === '>' && depth <= 0) return at + 1;
  }
  return text.length;
}

/** The root element's tag, or null. Comments, instructions and the doctype with its entities are jumped over, each letter once. */
function rootTag(text: string): string | null {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at) || text.startsWith('<?', at)) {
      const end = text.indexOf(text[at + 1] === '?' ? '?>' : '-->', at + 2);
      if (end < 0) return null;
      at = end + 2;
    } else if (text.startsWith('<!', at)) at = behindTag(text, at + 2, '[', ']');
    else {
      const tag = text.slice(at, behindTag(text, at + 1, '', ''));
      return /^<(?:[\w-]{1,30}:)?svg[\s>/]/.test(tag) ? tag : null;
    }
  }
  return null;
}

/** What the root element of an SVG says. */
export const readSvg: ReadImageHeader = async (reader) => {
  const tag = rootTag(new TextDecoder('utf-8').decode(await reader.upTo(0, searched)));
  if (tag === null) throw reader.damaged('has no svg element near its beginning');
  const attribute = (name: string) => new RegExp(`\\s${name}\\s*=\\s*["']([^"']{0,200})["']`).exec(tag)?.[1];
  const box = (attribute('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const [boxWidth, boxHeight] = box.length === 4 && box.every(Number.isFinite) ? [box[2] ?? 0, box[3] ?? 0] : [0, 0];
  let width = lengthOf(attribute('width'));
  let height = lengthOf(attribute('height'));
  if (boxWidth > 0 && boxHeight > 0) {
    if (width === null && height === null) [width, height] = [boxWidth, boxHeight];
    else if (width === null && height !== null) width = (height * boxWidth) / boxHeight;
    else if (height === null && width !== null) height = (width * boxHeight) / boxWidth;
  }
  const rounded = (value: number | null) => (value === null ? null : Math.round(value));
  return {
    format: 'svg',
    mime: 'image/svg+xml',
    pixelWidth: rounded(width),
    pixelHeight: rounded(height),
    mode: 'RGBA',
    exif: null,
    metadata: {},
  };
};
