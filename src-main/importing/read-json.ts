/** JSON and NDJSON → records. A JSON list is cut into its elements as it comes, so that its size does not matter. */
import type { CellValue } from '../../src-shared/model/cell.ts';
import { fail } from '../../src-shared/model/error.ts';
import type { ImportRecord } from './import-record.ts';
import { addressRecord, clipped, unreadableRecord } from './import-record.ts';
import { longestLine, splitLines, tooLongRecord } from './read-lines.ts';

/** One value a line: text, or an object whose members are the fields. */
export async function* readNdjson(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ImportRecord[]> {
  for await (const lines of splitLines(pieces)) {
    yield lines
      .filter((line) => line.isTooLong || line.text.trim() !== '')
      .map((line) => (line.isTooLong ? tooLongRecord(line) : jsonRecord(line.number, line.text)));
  }
}

/** A list of texts or objects. One object alone, or several one after another, are read too. */
export async function* readJson(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<ImportRecord[]> {
  const cutter = new ElementCutter();
  for await (const piece of pieces) {
    const elements = cutter.push(piece);
    yield elements.map(({ line, text, isTooLong }) =>
      isTooLong ? tooLongRecord({ number: line, text, isTooLong }) : jsonRecord(line, text),
    );
  }
  yield cutter.end().map(({ line, text }) => jsonRecord(line, text));
  if (cutter.isOpen) {
    yield [
      unreadableRecord(
        cutter.line,
        '',
        fail('invalid_input', { message: 'The list ends before its last bracket.', next: 'Look whether the file is complete.' }).error,
      ),
    ];
  }
}

function jsonRecord(line: number, text: string): ImportRecord {
  let value: CellValue;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    const why = thrown instanceof SyntaxError ? thrown.message.split(/ in JSON| \(/, 1)[0] : '';
    return unreadableRecord(
      line,
      text.trim(),
      fail('invalid_input', { message: `This is not JSON: ${why}.`, next: 'Correct the list.' }).error,
    );
  }
  if (typeof value === 'string') return addressRecord(line, value);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return { line, text: clipped(text.trim()), fields: value, isText: false };
  }
  return unreadableRecord(
    line,
    text.trim(),
    fail('invalid_input', { message: 'An element of the list must be text or an object.', next: 'Correct the list.' }).error,
  );
}

interface Element {
  readonly line: number;
  readonly text: string;
  readonly isTooLong: boolean;
}

/** Finds where elements of a top-level list begin and end by counting brackets outside of strings; whether they are JSON is `JSON.parse`'s business. */
class ElementCutter {
  line = 1;
  /** True while the top-level list waits for its bracket. */
  isOpen = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #kept = '';
  #isTooLong = false;

  push(piece: string): Element[] {
    const elements: Element[] = [];
    let start = 0;
    for (let index = 0; index < piece.length; index += 1) {
      const code = piece.charCodeAt(index);
      if (code === 10) this.line += 1;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === 92) this.#escaped = true;
        else if (code === 34) this.#inString = false;
        continue;
      }
      switch (code) {
        case 34: // "
          this.#inString = true;
          break;
        case 123: // {
          this.#depth += 1;
          break;
        case 91: // [
          if (this.#depth === 0 && !this.isOpen && (this.#kept + piece.slice(start, index)).trim() === '') {
            this.isOpen = true;
            start = index + 1;
            this.#kept = '';
          } else this.#depth += 1;
          break;
        case 125: // }
          this.#depth = Math.max(0, this.#depth - 1);
          if (this.#depth === 0 && !this.isOpen) {
            this.#take(elements, piece.slice(start, index + 1));
            start = index + 1;
          }
          break;
        case 93: // ]
          if (this.#depth > 0) this.#depth -= 1;
          else {
            this.#take(elements, piece.slice(start, index));
            start = index + 1;
            this.isOpen = false;
          }
          break;
        case 44: // ,
          if (this.#depth === 0) {
            this.#take(elements, piece.slice(start, index));
            start = index + 1;
          }
          break;
      }
    }
    this.#keep(piece.slice(start));
    return elements;
  }

  end(): Element[] {
    const elements: Element[] = [];
    this.#take(elements, '');
    return elements;
  }

  #keep(text: string): void {
    if (this.#isTooLong) return;
    this.#kept += text;
    if (this.#kept.length > longestLine) {
      this.#kept = this.#kept.slice(0, 1000);
      this.#isTooLong = true;
    }
  }

  #take(elements: Element[], text: string): void {
    this.#keep(text);
    const element = this.#kept.trimStart();
    // It ends on this line, so it began as many lines earlier as it holds line ends.
    if (element !== '') elements.push({ line: this.line - element.split('\n').length + 1, text: element, isTooLong: this.#isTooLong });
    this.#kept = '';
    this.#isTooLong = false;
  }
}
