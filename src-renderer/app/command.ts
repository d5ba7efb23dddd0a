/** A command is one object; menus, toolbar and keyboard read the same list. */
import type { Session } from './session.ts';

/**
 * Where a command's keys are heard: `anywhere`, or only while the focus is there and nothing is being edited. `content` is the open
 * table in any form; `table`, `gallery` and `loupe` are its forms, `player` is a loupe that shows a video or a sound.
 */
export type CommandContext = 'anywhere' | 'content' | 'table' | 'gallery' | 'loupe' | 'player' | 'tree';

export interface Command {
  readonly id: string;
  readonly title: string;
  /** As `keyOf` names them; the first is shown. */
  readonly keys: readonly string[];
  readonly context: CommandContext;
  /** False where it makes no sense now; it is then neither shown nor run. */
  readonly when: (session: Session) => boolean;
  readonly run: (session: Session) => void;
}

/** The command that a key means, or null. `contexts` are those around the focus, the nearest first: it goes before what is meant around it. */
export function commandFor(
  commands: readonly Command[],
  key: string,
  contexts: readonly CommandContext[],
  session: Session,
): Command | null {
  const meant = commands.filter((command) => command.keys.includes(key) && command.when(session));
  for (const context of [...contexts, 'anywhere' as const]) {
    const found = meant.find((command) => command.context === context);
    if (found) return found;
  }
  return null;
}

/** Pairs of commands that would answer to the same key in one context; there must be none. */
export function keyConflicts(commands: readonly Command[]): string[] {
  const conflicts: string[] = [];
  commands.forEach((one, place) => {
    for (const other of commands.slice(place + 1)) {
      const shared = one.keys.filter((key) => other.keys.includes(key));
      if (shared.length > 0 && one.context === other.context) conflicts.push(`${one.id} and ${other.id}: ${shared.join(', ')}`);
    }
  });
  return conflicts;
}
