/** Where a role that wants a one-time code waits for the person who has it. */
import { fail } from '../../src-shared/model/error.ts';

/** A code that is waited for. */
export interface MfaQuestion {
  readonly id: number;
  /** The profile whose role is assumed. */
  readonly profile: string;
  /** The role's ARN. */
  readonly role: string;
  /** Serial number or ARN of the device that shows the code. */
  readonly device: string;
}

export interface MfaDesk {
  /** Waits for the code. Throws `expired_credentials` where nobody is there to answer, or who was there declined. */
  ask(question: Omit<MfaQuestion, 'id'>): Promise<string>;
  /** Questions nobody has answered yet. */
  open(): readonly MfaQuestion[];
  /** Gives the code; null declines. False where the question is not open any more. */
  answer(id: number, code: string | null): boolean;
  /** Hears of the open questions whenever they change. Who listens can answer. */
  onChanged(listener: (open: readonly MfaQuestion[]) => void): () => void;
}

/** Makes an empty desk. Two that ask for the same device at once share one answer: a code works once. */
export function createMfaDesk(): MfaDesk {
  const waiting = new Map<number, { question: MfaQuestion; settle: (code: string | null) => void; code: Promise<string | null> }>();
  const listeners = new Set<(open: readonly MfaQuestion[]) => void>();
  let lastId = 0;
  const open = () => [...waiting.values()].map(({ question }) => question);
  const tell = () => {
    for (const listener of listeners) listener(open());
  };
  const declined = ({ profile }: { profile: string }) =>
    fail('expired_credentials', {
      message: `The role of “${profile}” needs a one-time code, and none was given.`,
      next: `Try again and type the code; on the command line give it with --mfa.`,
    });

  return {
    async ask(question) {
      if (listeners.size === 0) throw declined(question);
      const same = [...waiting.values()].find(
        ({ question: other }) => other.device === question.device && other.role === question.role && other.profile === question.profile,
      );
      if (same) {
        const code = await same.code;
        if (code === null) throw declined(question);
        return code;
      }
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<string | null>();
      waiting.set(id, { question: { ...question, id }, settle: resolve, code: promise });
      tell();
      const code = await promise;
      if (code === null) throw declined(question);
      return code;
    },
    open,
    answer(id, code) {
      const found = waiting.get(id);
      if (!found) return false;
      waiting.delete(id);
      found.settle(code);
      tell();
      return true;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
