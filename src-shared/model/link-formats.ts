/**
 * Links as text to hand on: one a line, CSV, JSON, Markdown or HTML. Pure, and made to be streamed: what stands before, each link, what stands
 * between and after. The URL of a link arrives byte for byte: only what the format itself would read as syntax is escaped.
 */
import { nameOf } from '../reference/describe-reference.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { csvText } from './csv-field.ts';
import type { Link } from './link.ts';

/** The formats there are; `lines` is one URL a line. */
export const linkFormats = ['lines', 'csv', 'json', 'markdown', 'html'] as const;
export type LinkFormat = (typeof linkFormats)[number];

/** How links are written: `before` all of them, `between` two, `end` behind each, `after` all. */
export interface LinkWriter {
  readonly before: string;
  readonly between: string;
  readonly end: string;
  readonly after: string;
  write(link: Link): string;
}

/** The writer of a format. `isList`: several links, so that Markdown and HTML make a list and say of each until when it works; one stands alone, as it goes into a text. */
export function linkWriter(format: LinkFormat, { isList }: { readonly isList: boolean }): LinkWriter {
  const lines = { before: '', between: '', end: '\n', after: '' };
  switch (format) {
    case 'lines':
      return { ...lines, write: ({ url }) => url };
    case 'csv':
      return {
        ...lines,
        before: 'name,reference,link,works until,limited by\r\n',
        end: '\r\n',
        write: (link) => [linkName(link), link.fileurl, link.url, link.expires_at ?? '', link.limited_by].map(csvText).join(','),
      };
    case 'json':
      return { before: '[', between: ',', end: '', after: ']\n', write: (link) => JSON.stringify(documentedLink(link)) };
    case 'markdown':
      return { ...lines, write: (link) => (isList ? `- ${markdownLink(link)}${untilText(link)}` : markdownLink(link)) };
    case 'html':
      if (!isList) return { ...lines, write: htmlLink };
      return { ...lines, before: '<ul>\n', after: '</ul>\n', write: (link) => `<li>${htmlLink(link)}${untilText(link)}</li>` };
  }
}

/** All of them in one text, which ends without a line end but for CSV. */
export function formatLinks(format: LinkFormat, links: readonly Link[]): string {
  const { before, between, end, after, write } = linkWriter(format, { isList: links.length !== 1 });
  const text = `${before}${links.map((link) => write(link) + end).join(between)}${after}`;
  return format === 'csv' ? text : text.replace(/\n$/, '');
}

/** The fields that the command line promises; what else a link knows is for the window. */
export function documentedLink(link: Link): Omit<Link, 'signer'> {
  const { url, fileurl, issued_at, expires_at, limited_by, signed_as, verified, warnings } = link;
  return { url, fileurl, issued_at, expires_at, limited_by, signed_as, verified, warnings };
}

/** The name of the file a link is to. */
export function linkName({ fileurl }: Pick<Link, 'fileurl'>): string {
  const reference = parseReference(fileurl);
  return reference.ok ? nameOf(reference.value) : fileurl;
}

/** Escapes what HTML reads as syntax, in a text and in a quoted attribute alike. */
export function htmlSafe(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * Escapes what Markdown reads as syntax inside the brackets of a link. Control characters would end the link and become blanks.
 * Source: CommonMark 0.31, 2.4 backslash escapes; GitHub's tables and strikethrough count as well.
 */
export function markdownSafe(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').replaceAll(/[\\`*_[\]<>|~&!]/g, (sign) => `\\${sign}`);
}

/**
 * The same in the destination of a link, between its round brackets: brackets must be paired or escaped, and an `&` that could begin a character
 * reference (`&copy;`) would be read as one. Source: CommonMark 0.31, 6.3 links and 2.5 entity references.
 */
function markdownDestination(url: string): string {
  const escaped = url.replaceAll(/[\\()<>]/g, (sign) => `\\${sign}`).replaceAll(/&(?=#?\w+;)/g, '\\&');
  // Blanks and control characters end a destination that stands bare. A link has none of them, as URLs go.
  return /[\s\u0000-\u001f]/.test(url) ? `<${escaped}>` : escaped;
}

function markdownLink(link: Link): string {
  return `[${markdownSafe(linkName(link))}](${markdownDestination(link.url)})`;
}

function htmlLink(link: Link): string {
  return `<a href="${htmlSafe(link.url)}">${htmlSafe(linkName(link))}</a>`;
}

/** `, works until 2026-11-24 19:24 UTC`, to the second where there are seconds; nothing where it has no end. */
function untilText({ expires_at }: Link): string {
  if (expires_at === null) return '';
  const [day = '', time = ''] = expires_at.replace(/(?:\.\d+)?Z$/, '').split('T');
  return `, works until ${day} ${time.replace(/:00$/, '')} UTC`;
}
