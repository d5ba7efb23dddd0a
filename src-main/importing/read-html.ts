/**
 * Media links in a piece of HTML, as drags and saved pages carry it. A bounded tokeniser of tags and attributes; it builds no tree,
 * runs nothing and fetches nothing. Source: WHATWG HTML, "Tokenization", in as far as tags and attributes go.
 */

import type { VitrineError } from '../../src-shared/model/error.ts';
import { fail } from '../../src-shared/model/error.ts';
import { kindOfName } from '../../src-shared/reference/describe-reference.ts';
import { candidatesOf, largestCandidate } from './read-srcset.ts';

/** A link, absolute; or as it stands with the reason why it is none. `alternative` is the link that wraps a picture. */
export interface HtmlLink {
  readonly text: string;
  readonly line?: number;
  readonly alternative?: string;
  readonly problem?: VitrineError;
}

const mostLinks = 100_000;

/** Pictures (largest candidate), videos, sounds, and links that end like media, in the order of the page. `base` is the page's address. */
export function linksInHtml(html: string, base: string | null): HtmlLink[] {
  const links: HtmlLink[] = [];
  let pageBase = base;
  let wrapping: { href: string; hasPicture: boolean } | null = null;
  let pictureDepth = 0;
  let player: { hasSource: boolean } | null = null;
  const add = (address: string, alternative?: string | null) => {
    if (links.length < mostLinks) links.push(linkOf(address, pageBase, alternative ?? null));
  };
  const closeLink = () => {
    if (wrapping !== null && !wrapping.hasPicture && endsLikeMedia(wrapping.href)) add(wrapping.href);
    wrapping = null;
  };
  for (const tag of tagsOf(html)) {
    const attribute = (name: string): string => tag.attributes.get(name)?.trim() ?? '';
    switch (tag.name) {
      case 'base':
        if (attribute('href') !== '') pageBase = absolute(attribute('href'), pageBase) ?? pageBase;
        break;
      case 'a':
        closeLink();
        if (attribute('href') !== '') wrapping = { href: attribute('href'), hasPicture: false };
        break;
      case '/a':
        closeLink();
        break;
      case 'picture':
        pictureDepth += 1;
        break;
      case '/picture':
        pictureDepth = Math.max(0, pictureDepth - 1);
        break;
      case 'img': {
        const source = pictureSource(attribute('srcset'), attribute('src'), pageBase);
        if (source === '') break;
        add(source, (wrapping as { href: string } | null)?.href);
        if (wrapping !== null) (wrapping as { hasPicture: boolean }).hasPicture = true;
        break;
      }
      case 'video':
      case 'audio':
        player = { hasSource: attribute('src') !== '' };
        if (player.hasSource) add(attribute('src'));
        break;
      case '/video':
      case '/audio':
        player = null;
        break;
      case 'source':
        // Several sources of one player are one film in several formats; those of a picture stand for its img.
        if (pictureDepth === 0 && player?.hasSource !== true && attribute('src') !== '') {
          add(attribute('src'));
          if (player !== null) player.hasSource = true;
        }
        break;
    }
  }
  closeLink();
  return links;
}

/**
 * The largest candidate, or the one source. Chromium makes `src` absolute in a drag and leaves `srcset` as it was: where the base is not
 * known, it is what the candidate that became `src` lost. A relative candidate that no base is found for gives way to an absolute source.
 */
function pictureSource(srcset: string, source: string, base: string | null): string {
  const largest = largestCandidate(srcset);
  if (largest === null || base !== null || isAbsolute(largest)) return largest ?? source;
  if (!isAbsolute(source)) return largest;
  const chosen = candidatesOf(srcset).find(({ url }) => !isAbsolute(url) && source.endsWith(url.startsWith('/') ? url : `/${url}`));
  if (chosen === undefined) return source;
  const found = chosen.url.startsWith('/') ? source : source.slice(0, -chosen.url.length);
  return absolute(largest, found) ?? source;
}

function linkOf(address: string, base: string | null, alternative: string | null): HtmlLink {
  const url = absolute(address, base);
  if (url === null) {
    const { error } = fail('invalid_url', {
      message: 'This link is relative, and the page it belongs to is not known.',
      next: 'Copy the whole address.',
    });
    return { text: address, problem: error };
  }
  const wrapping = alternative === null ? null : absolute(alternative, base);
  return wrapping !== null && wrapping !== url && /^https?:/i.test(wrapping) ? { text: url, alternative: wrapping } : { text: url };
}

function isAbsolute(address: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(address);
}

/** Resolved against the base; s3:// and the like stay as they stand. Null for a relative one without base. */
function absolute(address: string, base: string | null): string | null {
  if (isAbsolute(address)) return address;
  if (base === null || !URL.canParse(address, base)) return null;
  return new URL(address, base).href;
}

function endsLikeMedia(href: string): boolean {
  const path = href.split(/[?#]/, 1)[0] ?? '';
  return kindOfName(path.slice(path.lastIndexOf('/') + 1)) !== 'unknown';
}

interface Tag {
  /** Lower case; an end tag begins with `/`. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Elements whose content is text, whatever it looks like. */
const rawText = new Set(['script', 'style', 'textarea', 'title', 'noscript', 'template', 'xmp']);

function* tagsOf(html: string): Generator<Tag> {
  let index = 0;
  for (;;) {
    index = html.indexOf('<', index);
    if (index < 0) return;
    if (html.startsWith('<!--', index)) {
      const end = html.indexOf('-->', index + 4);
      if (end < 0) return;
      index = end + 3;
      continue;
    }
    const name = /^\/?[a-z][^\s/>]*/i.exec(html.slice(index + 1, index + 65))?.[0]?.toLowerCase();
    if (name === undefined) {
      index += 1;
      continue;
    }
    const { attributes, end } = readAttributes(html, index + 1 + name.length);
    yield { name, attributes };
    index = end;
    if (rawText.has(name)) {
      const close = indexOfIgnoringCase(html, `</${name}`, end);
      if (close < 0) return;
      index = close;
    }
  }
}

function indexOfIgnoringCase(html: string, wanted: string, from: number): number {
  for (let index = html.indexOf('</', from); index >= 0; index = html.indexOf('</', index + 2)) {
    if (html.slice(index, index + wanted.length).toLowerCase() === wanted) return index;
  }
  return -1;
}

/** Attributes up to the tag's `>`; the first of a name counts. */
function readAttributes(html: string, from: number): { attributes: Map<string, string>; end: number } {
  const attributes = new Map<string, string>();
  const attribute = /[\s/]*(?:(>)|([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)?))?|=)/y;
  attribute.lastIndex = from;
  for (;;) {
    const match = attribute.exec(html);
    if (match === null) return { attributes, end: html.length };
    if (match[1] !== undefined) return { attributes, end: attribute.lastIndex };
    const name = match[2]?.toLowerCase();
    if (name !== undefined && !attributes.has(name)) attributes.set(name, decodeEntities(match[3] ?? match[4] ?? match[5] ?? ''));
  }
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  sol: '/',
  colon: ':',
  period: '.',
  comma: ',',
  num: '#',
  percnt: '%',
  equals: '=',
  quest: '?',
  plus: '+',
  lowbar: '_',
  Tab: '\t',
  NewLine: '\n',
};

/** Numeric references and the names that occur in addresses. A name without its semicolon stays as it is: `&copy=1` is a query. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
  });
}
