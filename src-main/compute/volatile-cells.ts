/** Which volatile cells must be issued anew before they are shown or copied. */
import type { CheckedExpression } from '../../src-shared/expression/expression.ts';
import { linkSecondsOf } from '../../src-shared/expression/link-seconds.ts';
import type { Cell } from '../../src-shared/model/cell.ts';
import type { ErrorCause } from '../../src-shared/model/error.ts';

/** Causes that a new login heals: told as “Vitrine notices by itself”. */
const healedByLogin: readonly ErrorCause[] = ['expired_credentials', 'no_credentials'];

/** A link is renewed when less than this is left, however short its life. */
const leastLeftMs = 60_000;

/**
 * True where the cell must be computed again: a link near its end (less than a tenth of its life, at least 60 s), or a volatile value that has no
 * end of its own, such as `now()`. A link without end, and a failed cell, stay. `now` is milliseconds since 1970 by the servers' clock.
 */
export function mustRenew(cell: Pick<Cell, 'state' | 'link'>, checked: CheckedExpression, now: number): boolean {
  if (cell.state === 'error') return false;
  if (cell.state !== 'ok' || !cell.link) return true;
  if (cell.link.expiresAt === null) return false;
  const left = Date.parse(cell.link.expiresAt) - now;
  return left < Math.max(leastLeftMs, (linkSecondsOf(checked) ?? 0) * 100);
}

/** True where the cell failed for want of a login, which may have come since. */
export function mayBeHealed(cell: Pick<Cell, 'state' | 'error'>): boolean {
  return cell.state === 'error' && cell.error !== undefined && healedByLogin.includes(cell.error.cause);
}

/** True for the address that stands where there was nothing to sign with, or nothing to be signed. */
export function isUnsigned(cell: Pick<Cell, 'state' | 'link'>): boolean {
  return cell.state === 'ok' && cell.link?.limitedBy === 'none';
}
