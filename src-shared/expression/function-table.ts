/** The one table of operators and functions. */
import { cellFunctions } from './functions/cells.ts';
import { conversionFunctions } from './functions/conversions.ts';
import { dateFunctions } from './functions/dates.ts';
import { jsonFunctions } from './functions/json.ts';
import { linkFunctions } from './functions/links.ts';
import { numberFunctions } from './functions/numbers.ts';
import { operators } from './functions/operators.ts';
import { textFunctions } from './functions/text.ts';
import { urlPartFunctions } from './functions/url-parts.ts';
import type { Operation } from './operation.ts';

/** The functions that can be called by name, in the order in which they are documented. */
export const functions: readonly Operation[] = [
  ...textFunctions,
  ...numberFunctions,
  ...dateFunctions,
  ...jsonFunctions,
  ...conversionFunctions,
  ...urlPartFunctions,
  ...linkFunctions,
  ...cellFunctions,
];

const functionsByName: ReadonlyMap<string, Operation> = new Map(functions.map((entry) => [entry.name, entry]));
const operatorsByName: ReadonlyMap<string, Operation> = new Map(operators.map((entry) => [entry.name, entry]));

/** A function by its name, or null. */
export function functionNamed(name: string): Operation | null {
  return functionsByName.get(name) ?? null;
}

/** An operator by its sign (`-_` and `!_` are the unary ones) or a function by its name, or null. */
export function operationNamed(name: string): Operation | null {
  return operatorsByName.get(name) ?? functionNamed(name);
}
