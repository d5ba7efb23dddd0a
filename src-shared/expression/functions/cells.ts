/** What is known of cells themselves; the checker turns these into nodes of their own. */
import { type Operation, operation } from '../operation.ts';

/** The functions. */
export const cellFunctions: readonly Operation[] = [
  operation(
    'cells',
    'state',
    {
      signature: 'state(column)',
      help: 'The state of the column’s cell: ok, pending, error or stale.',
      example: 'state(width) == "error"',
    },
    { parameters: ['column'], returns: 'string' },
  ),
  operation(
    'cells',
    'cause',
    {
      signature: 'cause(column)',
      help: 'Why the column’s cell failed, such as not_found; null where it did not.',
      example: 'cause(width) == "not_found"',
    },
    { parameters: ['column'], returns: 'string' },
  ),
];
