/** What every reader of a source gives: one record a line, understood later. */
import type { CellValue } from '../../src-shared/model/cell.ts';
import type { VitrineError } from '../../src-shared/model/error.ts';
import type { LocalPlace } from '../../src-shared/reference/file-path.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import type { ListedFacts } from '../catalog/catalog.ts';
import type { ListedObject } from '../stores/store.ts';

/** Fields of a list's record by name. From text formats (CSV, TSV) all values are text. */
export type Fields = Readonly<Record<string, CellValue>>;

/** A line of a source. */
export interface ImportRecord {
  /** Where it stands in the source, from 1. */
  readonly line: number;
  /** The address as given; for a record with fields its raw text, of which only a start may be kept. */
  readonly text: string;
  readonly fields: Fields | null;
  /** True where `fields` are all text and values have to be read out of it. */
  readonly isText: boolean;
  /** Why the line could not even be read. */
  readonly problem?: VitrineError;
  /** The link that wraps a dragged picture. */
  readonly alternative?: string;
  /** The link was taken in place of the picture, which is the alternative now. */
  readonly isAlternative?: boolean;
  /** An address the user put in place of the one in the list. */
  readonly corrected?: string;
  /** What relative paths start from, where it is not the source's own place. */
  readonly local?: LocalPlace;
  /** What a listing gave: a reference that needs no reading, with what was told of it. */
  readonly listed?: ListedFacts & { readonly reference: Reference };
}

/** Text is kept for rejects and the screen up to this many characters. */
const keptCharacters = 1000;

/** The text as it is kept: a binary file read as a list must not fill the memory. */
export function clipped(text: string): string {
  return text.length <= keptCharacters ? text : `${text.slice(0, keptCharacters)}…`;
}

/** A record that is just an address. */
export function addressRecord(line: number, text: string, more: Partial<ImportRecord> = {}): ImportRecord {
  return { line, text, fields: null, isText: true, ...more };
}

/** The record of an object in a listing. @param at when it was listed, ISO 8601 */
export function listedRecord(line: number, { reference, size, etag, modified, storageClass }: ListedObject, at: string): ImportRecord {
  const text = reference.scheme === 'file' ? reference.path : reference.canonical;
  const remote = { size, type: null, etag, modified, storageClass };
  return addressRecord(line, text, { listed: { reference, remote, at } });
}

/** A record that could not be read. */
export function unreadableRecord(line: number, text: string, problem: VitrineError): ImportRecord {
  return { line, text: clipped(text), fields: null, isText: true, problem };
}
