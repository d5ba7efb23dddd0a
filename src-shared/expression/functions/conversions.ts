/** Conversions. What cannot be converted is null, in JavaScript and in SQL alike. */
import { numberAt, type Operation, operation, textAt } from '../operation.ts';
import { instantText, parseInstant } from '../values.ts';

const numberForm = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function readNumber(text: string): number | null {
  const trimmed = text.trim();
  const value = numberForm.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** The functions. */
export const conversionFunctions: readonly Operation[] = [
  operation(
    'conversion',
    'int',
    {
      signature: 'int(value)',
      help: 'A whole number: digits cut off, text read, true as 1, a time as seconds since 1970.',
      example: 'int("42")',
    },
    {
      parameters: ['any'],
      returns: 'int',
      run: ([value]) => {
        if (typeof value === 'number') return Math.trunc(value);
        if (typeof value === 'boolean') return value ? 1 : 0;
        const read = typeof value === 'string' ? (readNumber(value) ?? seconds(value)) : null;
        return read === null ? null : Math.trunc(read);
      },
    },
  ),
  operation(
    'conversion',
    'double',
    { signature: 'double(value)', help: 'A number: text read, true as 1.', example: 'double("1.5")' },
    {
      parameters: ['any'],
      returns: 'float',
      run: ([value]) => {
        if (typeof value === 'number') return value;
        if (typeof value === 'boolean') return value ? 1 : 0;
        return typeof value === 'string' ? readNumber(value) : null;
      },
    },
  ),
  operation(
    'conversion',
    'string',
    { signature: 'string(value)', help: 'The value as text; JSON as it is written.', example: 'string(image.width) + " px"' },
    {
      parameters: ['any'],
      returns: 'string',
      run: ([value = null]) => (typeof value === 'string' ? value : value === 0 ? '0' : JSON.stringify(value)),
    },
  ),
  operation(
    'conversion',
    'bool',
    {
      signature: 'bool(value)',
      help: 'True of "true", false of "false", whatever the case; numbers are true unless 0.',
      example: 'bool("true")',
    },
    {
      parameters: ['any'],
      returns: 'bool',
      run: ([value]) => {
        if (typeof value === 'boolean') return value;
        if (typeof value === 'number') return value !== 0;
        const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
        return word === 'true' ? true : word === 'false' ? false : null;
      },
    },
  ),
  operation(
    'conversion',
    'timestamp',
    {
      signature: 'timestamp(value)',
      help: 'A time of ISO text (UTC unless it names a zone) or of seconds since 1970.',
      example: 'timestamp("2026-03-01T12:00:00Z")',
    },
    { parameters: ['number'], returns: 'timestamp', run: (values) => instantText(numberAt(values, 0) * 1000) },
    { parameters: ['time'], returns: 'timestamp', run: (values) => readTime(textAt(values, 0)) },
    { parameters: ['text'], returns: 'timestamp', run: (values) => readTime(textAt(values, 0)) },
  ),
];

function readTime(text: string): string | null {
  const milliseconds = parseInstant(text);
  return milliseconds === null ? null : instantText(milliseconds);
}

function seconds(text: string): number | null {
  const milliseconds = text.length === 24 && text.endsWith('Z') ? parseInstant(text) : null;
  return milliseconds === null ? null : Math.floor(milliseconds / 1000);
}
