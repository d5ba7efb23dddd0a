/** CSV and TSV → records. Quoting, escapes and record ends are csv-parse's. */
import { Readable } from 'node:stream';
import type { CsvError, Info } from 'csv-parse';
import { parse } from 'csv-parse';
import { fail } from '../../src-shared/model/error.ts';
import type { ImportRecord } from './import-record.ts';
import { addressRecord, clipped, unreadableRecord } from './import-record.ts';
import { longestLine } from './read-lines.ts';

interface RawRecord {
  readonly record: string[];
  readonly raw: string;
  readonly info: Info;
}

const recordsABatch = 500;

/**
 * Reads records; the first one names the fields unless it holds an address, in which case fields are called `1`, `2`, ….
 * Without a separator it is what the first line shows: comma, else semicolon, else tab. Records may have too few or too many fields.
 */
export async function* readCsv(pieces: AsyncIterable<string>, separator: ',' | '\t' | null): AsyncGenerator<ImportRecord[]> {
  const input = pieces[Symbol.asyncIterator]();
  const first = await firstPiece(input);
  const skipped: ImportRecord[] = [];
  const parser = parse({
    delimiter: separator ?? separatorOf(first),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: longestLine,
    info: true,
    raw: true,
    on_skip: (error: CsvError | undefined, raw: string | undefined) => {
      skipped.push(skippedRecord(error, raw ?? ''));
      return undefined;
    },
  });
  const text = Readable.from(restOf(first, input), { objectMode: false, encoding: 'utf8' });
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);

  let names: string[] | null = null;
  let batch: ImportRecord[] = [];
  try {
    for await (const { record, raw, info } of parser as AsyncIterable<RawRecord>) {
      batch.push(...skipped.splice(0));
      if (names === null) {
        const isHeader = !record.some(looksLikeAddress);
        names = record.map((value, index) => (isHeader && value.trim() !== '' ? value.trim() : String(index + 1)));
        if (isHeader) continue;
      }
      batch.push(csvRecord(names, record, raw, info));
      if (batch.length >= recordsABatch) {
        yield batch;
        batch = [];
      }
    }
  } finally {
    text.destroy();
  }
  batch.push(...skipped.splice(0));
  yield batch;
}

function csvRecord(names: string[], values: string[], raw: string, info: Info): ImportRecord {
  const fields: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = values[index];
    if (value !== undefined && !Object.hasOwn(fields, name)) fields[name] = value;
  }
  const text = raw.replace(/[\r\n]+$/, '');
  // csv-parse counts the line on which a record ends; one with quoted line ends begins earlier.
  const inner = values.reduce((sum, value) => sum + lineEndsIn(value), 0);
  return addressRecord(Math.max(1, info.lines - inner), clipped(text), { fields });
}

function skippedRecord(error: CsvError | undefined, raw: string): ImportRecord {
  const text = raw.replace(/[\r\n]+$/, '');
  const end = typeof error?.lines === 'number' ? error.lines : 1;
  const isOpenQuote = error?.code === 'CSV_QUOTE_NOT_CLOSED' || error?.code === 'CSV_MAX_RECORD_SIZE';
  const message = isOpenQuote ? 'A quote is opened here and not closed.' : 'This line is not CSV: a quote stands where none can be.';
  const failure = fail('invalid_input', { message, next: 'Double the quotes inside a field, or take them out.' });
  return unreadableRecord(Math.max(1, end - lineEndsIn(text)), text, failure.error);
}

function lineEndsIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

/** Enough of the text to see its first line. */
async function firstPiece(input: AsyncIterator<string>): Promise<string> {
  let text = '';
  while (text.length < longestLine && !/[\r\n]/.test(text)) {
    const next = await input.next();
    if (next.done === true) break;
    text += next.value;
  }
  return text;
}

async function* restOf(first: string, input: AsyncIterator<string>): AsyncGenerator<string> {
  if (first !== '') yield first;
  for (;;) {
    const next = await input.next();
    if (next.done === true) return;
    if (next.value !== '') yield next.value;
  }
}

function separatorOf(text: string): string {
  const line = (/^[\r\n]*([^\r\n]*)/.exec(text)?.[1] ?? '').replace(/"[^"]*"/g, '');
  return [',', ';', '\t'].find((separator) => line.includes(separator)) ?? ',';
}

/** True of text that can only be an address, never a field's name. */
export function looksLikeAddress(text: string): boolean {
  return /^\s*(?:[a-z][a-z0-9+.-]*:\/\/|file:|data:|\/|~\/|\.{1,2}\/|[a-z]:[\\/]|\\\\)/i.test(text);
}
