/** Checks an expression while it is typed and shows its values on the rows on screen. */
import { useEffect, useState } from 'react';
import type { ExpressionCheck } from '../../../src-shared/contract/tree.ts';
import { useSession } from '../../app/session.ts';
import { showPreview } from '../table/show-columns.ts';

/** Typing rests this long before it is checked, in ms. */
const restMilliseconds = 120;

/** What checking says of the newest text, or null while nothing was typed or checked yet. The preview column follows the last good text. */
export function useChecked(tableId: number, name: string, expression: string, isPreviewed: boolean): ExpressionCheck | null {
  const session = useSession();
  const [checked, setChecked] = useState<{ expression: string; check: ExpressionCheck } | null>(null);
  useEffect(() => {
    if (expression.trim() === '') {
      setChecked(null);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await session.client.columns.check({ table: tableId, expression }, { signal: abort.signal });
      if (!abort.signal.aborted && answer.ok) setChecked({ expression, check: answer.value });
    }, restMilliseconds);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, tableId, expression]);

  const check = checked?.expression === expression ? checked.check : null;
  useEffect(() => {
    if (!isPreviewed || !check?.type || !check.level) return;
    showPreview(session, { name: name || 'column', expression, type: check.type, level: check.level, isPreview: true });
  }, [session, isPreviewed, check, name, expression]);
  useEffect(() => () => showPreview(session, null), [session]);
  return check;
}
