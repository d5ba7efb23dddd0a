/** The forms of a drag or a paste → one list of addresses. Nothing is read from disk or network here. */
import type * as z from 'zod/mini';
import type { ImportSource } from '../../src-shared/contract/rows.ts';
import { fail, type VitrineError } from '../../src-shared/model/error.ts';
import { kindOf } from '../../src-shared/reference/describe-reference.ts';
import { parseReference } from '../../src-shared/reference/parse-reference.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { linksInHtml } from './read-html.ts';
import { addressesOfLine } from './read-lines.ts';

export type DropForms = Extract<z.output<typeof ImportSource>, { kind: 'drop' }>;

/** An address that was dropped. */
export interface DroppedAddress {
  readonly text: string;
  /** The link that wraps a dragged picture: offered in place of the picture, never a second row. */
  readonly alternative?: string;
  readonly problem?: VitrineError;
}

/** Files, which are looked at on disk, lists that came as text, files without a path, and the addresses of all other forms. */
export interface Dropped {
  readonly paths: readonly string[];
  readonly lists: readonly { readonly name: string; readonly text: string }[];
  readonly refused: readonly { readonly text: string; readonly problem: VitrineError }[];
  readonly addresses: readonly DroppedAddress[];
}

/**
 * All forms, best first: HTML, the browser's link form, the list of URIs, plain text, the download form. They are merged by identity.
 * What cannot be read is told of the best form only: a worse one repeats it or holds a caption. Where there is a web address, files that
 * came along are the bitmap that browsers add to a dragged picture, and are left out.
 */
export function readDrop(drop: DropForms): Dropped {
  const forms = [
    linksInHtml(drop.html ?? '', drop.baseUrl ?? null),
    mozLinks(drop.mozUrl ?? ''),
    uriLines(drop.uriList ?? ''),
    plainLines(drop.plain ?? ''),
    downloadLink(drop.downloadUrl ?? ''),
  ];
  const merged = new Map<string, DroppedAddress>();
  const wrapping = new Set<string>();
  let rejected: DroppedAddress[] = [];
  let isBest = true;
  let isFromWeb = false;
  for (const form of forms) {
    const found: { address: DroppedAddress; reference: Reference }[] = [];
    const unread: DroppedAddress[] = [];
    for (const address of form) {
      const parsed = address.problem === undefined ? parseReference(address.text) : null;
      if (parsed?.ok === true) found.push({ address, reference: parsed.value });
      else unread.push(address);
    }
    if (isBest) rejected = unread;
    for (const { address, reference } of found) {
      if (reference.scheme === 'https' || reference.scheme === 'http') isFromWeb = true;
      if (merged.has(reference.canonical) || wrapping.has(reference.canonical)) continue;
      if (isBest || isRowOfItsOwn(reference)) merged.set(reference.canonical, address);
      else offerAsAlternative(merged, address);
      if (address.alternative !== undefined) {
        const around = parseReference(address.alternative);
        if (around.ok && isBest) wrapping.add(around.value.canonical);
      }
    }
    if (form.length > 0) isBest = false;
  }
  const isPath = ({ text }: DroppedAddress) => /^file:|^[/~]/i.test(text);
  const addresses = [...merged.values()].filter((address) => drop.paths.length === 0 || !isPath(address));
  if (isFromWeb) {
    return { paths: [], lists: [], refused: [], addresses: [...addresses, ...rejected] };
  }
  const { paths, lists = [], withoutPath = [] } = drop;
  const hasFiles = paths.length + lists.length + withoutPath.length > 0;
  return {
    paths,
    lists,
    // Where another form names the files of this computer, nothing is missing.
    refused: addresses.some(isPath) ? [] : withoutPath.map(({ name, why }) => ({ text: name, problem: refusal(name, why) })),
    addresses: hasFiles ? addresses : [...addresses, ...rejected],
  };
}

type WithoutPath = NonNullable<DropForms['withoutPath']>[number];

/** Why a dropped file gives no row, and what to do instead. */
function refusal(name: string, why: WithoutPath['why']): VitrineError {
  switch (why) {
    case 'noPath':
    case 'folder':
      return fail('unsupported', {
        message: `A browser does not say where a dropped ${why === 'folder' ? 'folder' : 'file'} lies.`,
        next: 'Paste its path as text, or drop it in the app.',
      }).error;
    case 'virtual':
      return fail('unsupported', { message: 'This file is not on this computer yet.', next: 'Save it first, then drop the file.' }).error;
    case 'tooLarge':
      return fail('too_large', {
        message: `“${name}” is larger than 64 MB, which is the most that a page reads.`,
        next: 'Paste its path as text into the app, or use the command line: vitrine insert TABLE --from FILE.',
      }).error;
  }
}

/** Beside what a better form said, a web address without the look of media is the page, not one more picture. */
function isRowOfItsOwn(reference: Reference): boolean {
  return (reference.scheme !== 'https' && reference.scheme !== 'http') || kindOf(reference) !== 'unknown';
}

function offerAsAlternative(merged: Map<string, DroppedAddress>, page: DroppedAddress): void {
  const [only] = merged;
  if (only === undefined) return;
  const [canonical, address] = only;
  if (merged.size === 1 && address.alternative === undefined) merged.set(canonical, { ...address, alternative: page.text });
}

/** Address and title on alternate lines. */
function mozLinks(text: string): DroppedAddress[] {
  const lines = text.split(/\r\n|\n|\r/);
  return lines.filter((line, index) => index % 2 === 0 && line.trim() !== '').map((line) => ({ text: line.trim() }));
}

/** RFC 2483: one a line, `#` lines are comments. */
function uriLines(text: string): DroppedAddress[] {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => ({ text: line.trim() }));
}

function plainLines(text: string): DroppedAddress[] {
  return text
    .split(/\r\n|\n|\r/)
    .flatMap(addressesOfLine)
    .map((address) => ({ text: address }));
}

/** `mime:name:address`, as browsers read it: the name holds no colon. */
function downloadLink(text: string): DroppedAddress[] {
  const match = /^[^:]*:[^:]*:(.+)$/s.exec(text.trim());
  return match?.[1] === undefined ? [] : [{ text: match[1].trim() }];
}
