/** Functions of times, all in UTC. A time is ISO text with milliseconds, so its parts are cut out of the text, in SQL too. */
import { type Operation, operation, textAt } from '../operation.ts';

/** A part that stands in the text from `start` (0-based) for `length` characters; `less` is taken off. */
function part(name: string, help: string, example: string, start: number, length: number, less = 0): Operation {
  return operation(
    'dates',
    name,
    { signature: `${name}(time)`, help, example },
    {
      parameters: ['time'],
      returns: 'int',
      run: (values) => Number(textAt(values, 0).slice(start, start + length)) - less,
      sql: ([time = '']) => `(CAST(substr(${time}, ${start + 1}, ${length}) AS INTEGER) - ${less})`,
    },
  );
}

/** Monday is 1 and Sunday 7, as ISO counts; CEL's `getDayOfWeek` begins with Sunday at 0. */
function isoWeekday(date: Date): number {
  return date.getUTCDay() || 7;
}

function dayOfYear(date: Date): number {
  const first = new Date(date);
  first.setUTCMonth(0, 1);
  return Math.round((date.getTime() - first.getTime()) / 86_400_000);
}

function counted(name: string, help: string, count: (date: Date) => number): Operation {
  return operation(
    'dates',
    name,
    { signature: `${name}(time)`, help, example: `${name}(timestamp("2026-03-01"))` },
    { parameters: ['time'], returns: 'int', run: (values) => count(new Date(textAt(values, 0))) },
  );
}

const pad = (value: number, digits: number) => String(value).padStart(digits, '0');

const codes: Record<string, (date: Date) => string> = {
  Y: (date) => pad(date.getUTCFullYear(), 4),
  m: (date) => pad(date.getUTCMonth() + 1, 2),
  d: (date) => pad(date.getUTCDate(), 2),
  H: (date) => pad(date.getUTCHours(), 2),
  M: (date) => pad(date.getUTCMinutes(), 2),
  S: (date) => pad(date.getUTCSeconds(), 2),
  j: (date) => pad(dayOfYear(date) + 1, 3),
  u: (date) => String(isoWeekday(date)),
  F: (date) => date.toISOString().slice(0, 10),
  T: (date) => date.toISOString().slice(11, 19),
  '%': () => '%',
};

/** The functions. */
export const dateFunctions: readonly Operation[] = [
  part('year', 'The year.', 'year(image.modified)', 0, 4),
  part('month', 'The month, 1 to 12.', 'month(image.modified)', 5, 2),
  part('day', 'The day of the month, 1 to 31.', 'day(image.modified)', 8, 2),
  part('hour', 'The hour, 0 to 23.', 'hour(image.modified)', 11, 2),
  part('minute', 'The minute, 0 to 59.', 'minute(image.modified)', 14, 2),
  part('second', 'The second, 0 to 59.', 'second(image.modified)', 17, 2),
  counted('weekday', 'The day of the week: Monday is 1, Sunday 7.', isoWeekday),
  part('getFullYear', 'The year (CEL’s name).', 'image.modified.getFullYear()', 0, 4),
  part('getMonth', 'The month, 0 to 11 (CEL’s name).', 'image.modified.getMonth()', 5, 2, 1),
  part('getDate', 'The day of the month, 1 to 31 (CEL’s name).', 'image.modified.getDate()', 8, 2),
  part('getDayOfMonth', 'The day of the month, 0 to 30 (CEL’s name).', 'image.modified.getDayOfMonth()', 8, 2, 1),
  part('getHours', 'The hour (CEL’s name).', 'image.modified.getHours()', 11, 2),
  part('getMinutes', 'The minute (CEL’s name).', 'image.modified.getMinutes()', 14, 2),
  part('getSeconds', 'The second (CEL’s name).', 'image.modified.getSeconds()', 17, 2),
  part('getMilliseconds', 'The milliseconds (CEL’s name).', 'image.modified.getMilliseconds()', 20, 3),
  counted('getDayOfWeek', 'The day of the week from Sunday, 0 to 6 (CEL’s name).', (date) => date.getUTCDay()),
  counted('getDayOfYear', 'The day of the year, 0 to 365 (CEL’s name).', dayOfYear),
  operation(
    'dates',
    'format_date',
    {
      signature: 'format_date(time, pattern)',
      help: 'The time as text: %Y %m %d %H %M %S, %F for 2026-03-01, %T for 12:30:00, %j day of the year, %u day of the week.',
      example: 'format_date(image.modified, "%Y-%m")',
    },
    {
      parameters: ['time', 'text'],
      returns: 'string',
      run: (values) => {
        const date = new Date(textAt(values, 0));
        return textAt(values, 1).replace(/%([YmdHMSjuFT%])/g, (whole, code: string) => codes[code]?.(date) ?? whole);
      },
    },
  ),
  operation(
    'dates',
    'now',
    {
      signature: 'now()',
      help: 'The time at which it is asked. A column of it is issued anew when it is read.',
      example: 'now()',
      isVolatile: true,
    },
    { parameters: [], returns: 'timestamp', run: (_values, row) => row.now },
  ),
];
