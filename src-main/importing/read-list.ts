/** Lists: which format, which encoding, and then record by record. */
import { createReadStream } from 'node:fs';
import type { ListFormat } from '../../src-shared/contract/rows.ts';
import { type Failure, fail } from '../../src-shared/model/error.ts';
import type { ImportRecord } from './import-record.ts';
import { addressRecord } from './import-record.ts';
import { fileFailure } from './locate-files.ts';
import { readCsv } from './read-csv.ts';
import { linksInHtml } from './read-html.ts';
import { readJson, readNdjson } from './read-json.ts';
import { readAddressLines } from './read-lines.ts';

/** A list's format, and `html` for saved pages and bookmarks, of which the links are read. */
export type ReadableFormat = ListFormat | 'html';

const formatByExtension: Readonly<Record<string, ReadableFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  txt: 'lines',
  lst: 'lines',
  html: 'html',
  htm: 'html',
};

/** The format that a file's extension promises, or null where it promises none. */
export function listFormatOf(path: string): ReadableFormat | 'parquet' | null {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return extension === 'parquet' ? 'parquet' : (formatByExtension[extension] ?? null);
}

/** Records of a list on this computer, in batches. Throws `not_found`, `access_denied`, `unsupported` for the file itself. */
export async function* readListFile(path: string, format?: ListFormat): AsyncGenerator<ImportRecord[]> {
  const chosen = format ?? listFormatOf(path) ?? 'lines';
  if (chosen === 'parquet') throw parquetRefused();
  const stream = createReadStream(path, { highWaterMark: 64 * 1024 });
  try {
    yield* readRecords(decodedText(stream), chosen);
  } catch (thrown) {
    throw fileFailure(thrown, path);
  } finally {
    stream.destroy();
  }
}

/** Records of a list that is here as text. Without a format it is seen from the text: a JSON list, NDJSON, else lines. */
export async function* readListText(text: string, format?: ListFormat): AsyncGenerator<ImportRecord[]> {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  yield* readRecords(piecesOf(plain), format ?? formatOfText(plain));
}

/** Records of a list whose text a page has read; its name says the format, as a path does. Throws `unsupported` as `readListFile`. */
export async function* readNamedList(name: string, text: string): AsyncGenerator<ImportRecord[]> {
  const format = listFormatOf(name) ?? 'lines';
  if (format === 'parquet') throw parquetRefused();
  yield* readRecords(piecesOf(text.startsWith('\ufeff') ? text.slice(1) : text), format);
}

function parquetRefused(): Failure {
  return fail('unsupported', { message: 'Parquet lists are not read yet.', next: 'Save the list as CSV or NDJSON.' });
}

function readRecords(pieces: AsyncIterable<string>, format: ReadableFormat): AsyncGenerator<ImportRecord[]> {
  switch (format) {
    case 'lines':
      return readAddressLines(pieces);
    case 'csv':
      return readCsv(pieces, null);
    case 'tsv':
      return readCsv(pieces, '\t');
    case 'json':
      return readJson(pieces);
    case 'ndjson':
      return readNdjson(pieces);
    case 'html':
      return readHtml(pieces);
  }
}

/** Saved pages are small; more than this is no page. In UTF-16 units. */
const largestPage = 16 * 1024 * 1024;

async function* readHtml(pieces: AsyncIterable<string>): AsyncGenerator<ImportRecord[]> {
  let html = '';
  for await (const piece of pieces) {
    html += piece;
    if (html.length > largestPage)
      throw fail('too_large', { message: 'This page is larger than 16 MiB.', next: 'Save its links as a list.' });
  }
  yield linksInHtml(html, null).map(({ line: _line, ...link }, index) => addressRecord(index + 1, link.text, link));
}

function formatOfText(text: string): ListFormat {
  const start = text.trimStart();
  if (/^\[\s*["{\]]/.test(start)) return 'json';
  return /^\{\s*"/.test(start) ? 'ndjson' : 'lines';
}

/** Bytes → text: UTF-8, or UTF-16 where a byte order mark says so. What is no UTF-8 becomes U+FFFD, which no address may hold. */
async function* decodedText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  for await (const chunk of bytes) {
    if (decoder === null) {
      const [first, second] = chunk;
      const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
      decoder = new TextDecoder(encoding);
    }
    yield decoder.decode(chunk, { stream: true });
  }
  if (decoder !== null) yield decoder.decode();
}

/** A long text in pieces, so that reading it leaves room for other work in between. */
async function* piecesOf(text: string): AsyncGenerator<string> {
  const size = 64 * 1024;
  for (let start = 0, end = 0; start < text.length; start = end) {
    // A character of two units stays whole.
    end = /[\ud800-\udbff]/.test(text.charAt(start + size - 1)) ? start + size + 1 : start + size;
    yield text.slice(start, end);
  }
}
