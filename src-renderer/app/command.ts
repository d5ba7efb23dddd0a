/** A command is one object; menus, toolbar and keyboard read the same list. */
import type { Session } from './session.ts';

/** Where a command's keys are heard: `anywhere`, or only while the focus is in the content or the tree and nothing is being edited. */
export type CommandContext = 'anywhere' | 'content' | 'tree';

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

/** The command that a key means in a context, or null. What is meant anywhere gives way to what is meant right here. */
export function commandFor(commands: readonly Command[], key: string, context: CommandContext, session: Session): Command | null {
  const meant = commands.filter((command) => command.keys.includes(key) && (command.context === context || command.context === 'anywhere'));
  const runnable = meant.filter((command) => command.when(session));
  return runnable.find((command) => command.context === context) ?? runnable[0] ?? null;
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
