/** Where a role that wants a one-time code waits for the person who has it. */
import { type Failure, fail } from '../../src-shared/model/error.ts';

/** A code that is waited for. */
export interface MfaQuestion {
  readonly id: number;
  /** The profile whose role is assumed. */
  readonly profile: string;
  /** The role's ARN. */
  readonly role: string;
  /** Serial number or ARN of the device that shows the code. */
  readonly device: string;
  /** True where a code was given before and refused: either it was wrong or ran out, or the role may not be assumed. */
  readonly wasRefused: boolean;
}

export interface MfaDesk {
  /** Waits for the code. Throws `expired_credentials` where nobody is there to answer, who was there declined, or nobody answered in time. */
  ask(question: Omit<MfaQuestion, 'id'>): Promise<string>;
  /** Questions nobody has answered yet. */
  open(): readonly MfaQuestion[];
  /** Gives the code; null declines. False where the question is not open any more. */
  answer(id: number, code: string | null): boolean;
  /** Hears of the open questions whenever they change. Who listens can answer. */
  onChanged(listener: (open: readonly MfaQuestion[]) => void): () => void;
  /** Declines all that are open and all to come: the library closes, and nobody may wait for a person then. */
  close(): void;
}

/** A person looks for the telephone, not for the afternoon. */
const usualPatienceMs = 5 * 60_000;

/**
 * Makes an empty desk. Two that ask for the same device and role at once share one answer.
 * @param options.patienceMs how long an answer is waited for; 5 minutes unless given
 */
export function createMfaDesk({ patienceMs = usualPatienceMs }: { patienceMs?: number } = {}): MfaDesk {
  const waiting = new Map<number, { question: MfaQuestion; settle: (code: string | null) => void; code: Promise<string | null> }>();
  const listeners = new Set<(open: readonly MfaQuestion[]) => void>();
  let lastId = 0;
  let isClosed = false;
  const open = () => [...waiting.values()].map(({ question }) => question);
  const tell = () => {
    for (const listener of listeners) listener(open());
  };

  function answer(id: number, code: string | null): boolean {
    const found = waiting.get(id);
    if (!found) return false;
    waiting.delete(id);
    found.settle(code);
    tell();
    return true;
  }

  return {
    async ask(question) {
      if (listeners.size === 0 || isClosed) throw noCode(question);
      const same = [...waiting.values()].find(
        ({ question: other }) => other.device === question.device && other.role === question.role && other.profile === question.profile,
      );
      if (same) {
        const code = await same.code;
        if (code === null) throw noCode(question);
        return code;
      }
      lastId += 1;
      const id = lastId;
      const { promise, resolve } = Promise.withResolvers<string | null>();
      waiting.set(id, { question: { ...question, id }, settle: resolve, code: promise });
      const late = setTimeout(() => answer(id, null), patienceMs);
      late.unref();
      tell();
      const code = await promise;
      clearTimeout(late);
      if (code === null) throw noCode(question);
      return code;
    },
    open,
    answer,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      isClosed = true;
      for (const id of [...waiting.keys()]) answer(id, null);
    },
  };
}

function noCode({ role, device, wasRefused }: Omit<MfaQuestion, 'id'>): Failure {
  return fail('expired_credentials', {
    message: wasRefused
      ? `The one-time code for the role ${role} was refused, and no other was given.`
      : `The role ${role} needs a one-time code of ${device}, and none was given.`,
    next: wasRefused
      ? `Wait for the next code of ${device}, then try again; on the command line give it with --mfa CODE.`
      : 'Try again and type the code; on the command line give it with --mfa CODE.',
  });
}
