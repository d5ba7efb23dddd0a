/** CSV and TSV → records. Quoting and escapes are csv-parse's; lines before the first quote are split here, which is what it would do, in a tenth of the time. */
import { finished } from 'node:stream/promises';
import type { CsvError, Parser } from 'csv-parse';
import { parse } from 'csv-parse';
import { fail } from '../../src-shared/model/error.ts';
import type { ImportRecord } from './import-record.ts';
import { addressRecord, clipped, unreadableRecord } from './import-record.ts';
import { longestLine } from './read-lines.ts';

interface RawRecord {
  readonly record: string[];
  readonly raw: string;
  /** The line on which it ends. */
  readonly lines: number;
}

const recordsABatch = 500;

/** Read at one go: some milliseconds even where each record is a single letter. */
const bytesAPiece = 16 * 1024;

/**
 * Reads records; the first one names the fields unless it holds an address, in which case fields are called `1`, `2`, ….
 * Without a separator it is what the first line shows: comma, else semicolon, else tab. Records may have too few or too many fields.
 */
export async function* readCsv(pieces: AsyncIterable<string>, separator: ',' | '\t' | null): AsyncGenerator<ImportRecord[]> {
  const input = pieces[Symbol.asyncIterator]();
  const first = await firstPiece(input);
  const delimiter = separator ?? separatorOf(first);
  let names: string[] | null = null;

  function* batches(read: (RawRecord | ImportRecord)[]): Generator<ImportRecord[]> {
    for (let start = 0; start < read.length; start += recordsABatch) {
      yield read.slice(start, start + recordsABatch).flatMap((one) => {
        if (!('raw' in one)) return [one];
        if (names !== null) return [csvRecord(names, one)];
        const isHeader = !one.record.some(looksLikeAddress);
        names = one.record.map((value, index) => (isHeader && value.trim() !== '' ? value.trim() : String(index + 1)));
        return isHeader ? [] : [csvRecord(names, one)];
      });
    }
  }

  let quoted: QuotedReader | null = null;
  let lines = 0;
  let rest = '';
  try {
    for await (const piece of restOf(first, input)) {
      if (quoted === null && !piece.includes('"') && rest.length + piece.length <= longestLine) {
        const { whole, left } = wholeLines(rest + piece);
        rest = left;
        yield* batches(plainRecords(whole, lines, delimiter));
        lines += whole.length;
        continue;
      }
      quoted ??= new QuotedReader(delimiter, lines);
      const bytes = Buffer.from(rest + piece);
      rest = '';
      for (let start = 0; start < bytes.length; start += bytesAPiece) {
        yield* batches(await quoted.read(bytes.subarray(start, start + bytesAPiece)));
      }
    }
    yield* batches(quoted === null ? plainRecords([rest.replace(/\r$/, '')], lines, delimiter) : await quoted.end());
  } finally {
    quoted?.close();
  }
}

/** The lines that have ended. A `\r` at the very end may be half of `\r\n`, so that it is left with what follows. */
function wholeLines(text: string): { whole: string[]; left: string } {
  const end = Math.max(text.lastIndexOf('\n'), text.length < 2 ? -1 : text.lastIndexOf('\r', text.length - 2)) + 1;
  const whole = text.slice(0, end).split(text.includes('\r') ? /\r\n|\n|\r/ : '\n');
  whole.pop();
  return { whole, left: text.slice(end) };
}

function plainRecords(texts: readonly string[], linesBefore: number, delimiter: string): RawRecord[] {
  return texts.flatMap((raw, index) => (raw === '' ? [] : [{ record: raw.split(delimiter), raw, lines: linesBefore + index + 1 }]));
}

/** csv-parse. Records are handed over by its callback and not through its stream, which costs more for each of them than reading it. */
class QuotedReader {
  readonly #parser: Parser;
  #records: (RawRecord | ImportRecord)[] = [];
  /** csv-parse takes a `\r\n` within quotes for two lines. */
  #countedTwice = 0;

  constructor(delimiter: string, linesBefore: number) {
    this.#parser = parse({
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: longestLine,
      raw: true,
      on_record: (given: unknown, { lines }) => {
        // With `raw` it is not only the fields, which the types do not say.
        const { record, raw } = given as Pick<RawRecord, 'record' | 'raw'>;
        if (raw.includes('"')) this.#countedTwice += record.reduce((sum, value) => sum + value.split('\r\n').length - 1, 0);
        this.#records.push({ record, raw, lines: linesBefore + lines - this.#countedTwice });
        return null;
      },
      on_skip: (error: CsvError | undefined, raw: string | undefined) => {
        const text = withoutEmptyLines(raw ?? '');
        this.#countedTwice += text.split('\r\n').length - 1;
        this.#records.push(skippedRecord(error, text, linesBefore - this.#countedTwice));
        return undefined;
      },
    });
    this.#parser.resume();
    // What fails is met where it was written.
    this.#parser.on('error', () => undefined);
  }

  async read(bytes: Uint8Array): Promise<(RawRecord | ImportRecord)[]> {
    await written(this.#parser, bytes);
    return this.#take();
  }

  async end(): Promise<(RawRecord | ImportRecord)[]> {
    this.#parser.end();
    await finished(this.#parser);
    return this.#take();
  }

  close(): void {
    this.#parser.destroy();
  }

  #take(): (RawRecord | ImportRecord)[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}

function written(parser: Parser, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function csvRecord(names: readonly string[], { record: values, raw, lines }: RawRecord): ImportRecord {
  const fields: Record<string, string> = {};
  for (let index = 0; index < names.length; index += 1) {
    const [name, value] = [names[index], values[index]];
    if (name !== undefined && value !== undefined && !Object.hasOwn(fields, name)) fields[name] = value;
  }
  const text = withoutEmptyLines(raw);
  // csv-parse counts the line on which a record ends; one with quoted line ends begins earlier.
  const inner = text.includes('"') ? values.reduce((sum, value) => sum + lineEndsIn(value), 0) : 0;
  return addressRecord(Math.max(1, lines - inner), clipped(text), { fields });
}

function skippedRecord(error: CsvError | undefined, text: string, linesBefore: number): ImportRecord {
  const end = linesBefore + (typeof error?.lines === 'number' ? error.lines : 1);
  const isOpenQuote = error?.code === 'CSV_QUOTE_NOT_CLOSED' || error?.code === 'CSV_MAX_RECORD_SIZE';
  const message = isOpenQuote ? 'A quote is opened here and not closed.' : 'This line is not CSV: a quote stands where none can be.';
  const failure = fail('invalid_input', { message, next: 'Double the quotes inside a field, or take them out.' });
  return unreadableRecord(Math.max(1, end - lineEndsIn(text)), text, failure.error);
}

/** The raw text begins with the empty lines before its record. */
function withoutEmptyLines(raw: string): string {
  return raw.replace(/^[\r\n]+|[\r\n]+$/g, '');
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
