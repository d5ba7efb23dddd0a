/** Undo and redo, from keys, toolbar and toasts alike. */
import { say, sayError, type Toast } from './notice-store.ts';
import type { Session } from './session.ts';
import { words } from './words.ts';

/** Takes back the newest change, or the newest few that were one deed, and says which it was. */
export async function undo(session: Session, count = 1): Promise<void> {
  const { client, notices } = session;
  const answer = await client.history.undo({ count });
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const label = answer.value[0]?.label;
  if (label) say(notices, words.undone(label), { label: words.redo, run: () => void redo(session) });
}

/** Does the newest change that was taken back again. */
export async function redo(session: Session): Promise<void> {
  const { client, notices } = session;
  const answer = await client.history.redo({});
  if (!answer.ok) {
    sayError(notices, answer.error);
    return;
  }
  const label = answer.value[0]?.label;
  if (label) say(notices, words.redone(label), undoAction(session));
}

/** The one action of a toast that tells of a change, or of `count` changes that were one deed. */
export function undoAction(session: Session, count = 1): NonNullable<Toast['action']> {
  return { label: words.undo, run: () => void undo(session, count) };
}
