/** Functions of numbers; `min` and `max` also take texts and times. */
import type { CellValue } from '../../model/cell.ts';
import type { ExpressionType } from '../expression.ts';
import { finiteOrNull, numberAt, type Operation, type Overload, operation } from '../operation.ts';
import type { ParameterKind } from '../types.ts';
import { compare } from '../values.ts';

function whole(sql: string): NonNullable<Overload['sql']> {
  return ([a = '']) => `${sql}(${a} + 0.0)`;
}

/** Half away from zero, as SQLite rounds. */
function roundHalf(value: number): number {
  return Math.abs(value) >= 2 ** 52 ? value : Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}

function roundTo(value: number, digits: number): number | null {
  const places = Math.max(-15, Math.min(15, Math.trunc(digits)));
  const scale = 10 ** Math.abs(places);
  const rounded = places < 0 ? roundHalf(value / scale) * scale : roundHalf(value * scale) / scale;
  return Number.isFinite(rounded) ? rounded : value;
}

function extreme(name: 'min' | 'max', isBetter: (order: number) => boolean, help: string): Operation {
  const run = (values: readonly CellValue[]) => {
    let best = values[0] ?? null;
    for (const value of values.slice(1)) {
      const order = compare(value, best);
      if (order === null) return null;
      if (isBetter(order)) best = value;
    }
    return best;
  };
  const of = (kind: ParameterKind, returns: Overload['returns']): Overload => ({
    parameters: [kind, kind],
    rest: kind,
    returns,
    run,
    sql: (parts) => `${name}(${parts.join(', ')})`,
  });
  const numberOf = (types: readonly ExpressionType[]): ExpressionType =>
    types.every((type) => type === 'int' || type === 'null') ? 'int' : 'float';
  return operation(
    'numbers',
    name,
    { signature: `${name}(a, b, …)`, help, example: `${name}(image.width, image.height)` },
    of('number', numberOf),
    of('text', 'string'),
    of('time', 'timestamp'),
  );
}

/** The functions. */
export const numberFunctions: readonly Operation[] = [
  operation(
    'numbers',
    'abs',
    { signature: 'abs(number)', help: 'The number without its sign.', example: 'abs(-2.5)' },
    {
      parameters: ['number'],
      returns: ([type = 'float']) => (type === 'int' ? 'int' : 'float'),
      run: (values) => Math.abs(numberAt(values, 0)),
      sql: whole('abs'),
    },
  ),
  operation(
    'numbers',
    'round',
    {
      signature: 'round(number, digits)',
      help: 'The nearest number with so many digits after the point (none unless said); halves go away from zero.',
      example: 'round(2.345, 1)',
    },
    { parameters: ['number'], returns: 'int', run: (values) => roundHalf(numberAt(values, 0)), sql: whole('round') },
    { parameters: ['number', 'number'], returns: 'float', run: (values) => roundTo(numberAt(values, 0), numberAt(values, 1)) },
  ),
  operation(
    'numbers',
    'floor',
    { signature: 'floor(number)', help: 'The nearest whole number below.', example: 'floor(2.7)' },
    { parameters: ['number'], returns: 'int', run: (values) => Math.floor(numberAt(values, 0)), sql: whole('floor') },
  ),
  operation(
    'numbers',
    'ceil',
    { signature: 'ceil(number)', help: 'The nearest whole number above.', example: 'ceil(2.1)' },
    { parameters: ['number'], returns: 'int', run: (values) => Math.ceil(numberAt(values, 0)), sql: whole('ceil') },
  ),
  extreme('min', (order) => order < 0, 'The smallest.'),
  extreme('max', (order) => order > 0, 'The largest.'),
  operation(
    'numbers',
    'sqrt',
    { signature: 'sqrt(number)', help: 'The square root; null below zero.', example: 'sqrt(16)' },
    { parameters: ['number'], returns: 'float', run: (values) => finiteOrNull(Math.sqrt(numberAt(values, 0))), sql: whole('sqrt') },
  ),
];
