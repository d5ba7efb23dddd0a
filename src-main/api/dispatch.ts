/** The one door: every host sends its calls through here, and nothing gets in that the contract does not name. */
import { type Caller, contract, type Feature } from '../../src-shared/contract/contract.ts';
import type { Call } from '../../src-shared/contract/define.ts';
import { errorOf, Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';
import { nearestName } from '../../src-shared/model/nearest-name.ts';
import type { Log } from '../log/log.ts';

/** Handlers of all features by name; made by `createHandlers`. */
export type HandlerTable = Record<string, Record<string, (input: never, context: never) => unknown>>;

/** What a host passes along with a call. */
export interface CallMessage {
  readonly name: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
  readonly caller: Caller;
  /** Receives what the call reports while it runs, checked against the contract. */
  readonly report: (progress: unknown) => void;
}

/** The answer as it travels: never a thrown error. */
export type Answer = { ok: true; value: unknown } | { ok: false; error: VitrineError };

export type Dispatch = (message: CallMessage) => Promise<Answer>;

/** The call of that name, by own properties only: `constructor` and the like are unknown. */
function findCall(name: string): { feature: Feature; call: Call; method: string } | null {
  const dot = name.indexOf('.');
  const feature = name.slice(0, dot);
  const method = name.slice(dot + 1);
  if (dot < 1 || !Object.hasOwn(contract, feature)) return null;
  const calls = contract[feature as Feature] as Record<string, Call>;
  const call = Object.hasOwn(calls, method) ? calls[method] : undefined;
  return call ? { feature: feature as Feature, call, method } : null;
}

/** Every name that can be called, `feature.method`. */
export function callNames(): string[] {
  return Object.entries(contract).flatMap(([feature, calls]) => Object.keys(calls).map((method) => `${feature}.${method}`));
}

interface Issue {
  readonly path?: readonly PropertyKey[] | undefined;
  readonly message: string;
}

function sentenceOf(issues: readonly Issue[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => (issue.path?.length ? `${issue.path.map(String).join('.')}: ${issue.message}` : issue.message))
    .join('; ');
}

/**
 * Makes the door. `readOnly` says why writes are refused now, or null. A bug is logged with its stack and answered as `internal`;
 * an answer that does not fit the contract is a bug too.
 */
export function createDispatch(options: { handlers: HandlerTable; log: Log; readOnly: () => VitrineError | null }): Dispatch {
  return async ({ name, input, signal, caller, report }) => {
    try {
      const found = findCall(name);
      if (!found) {
        const nearest = nearestName(name, callNames());
        throw fail('unknown_name', {
          message: `There is no call "${name.slice(0, 100)}".`,
          next: nearest ? `Did you mean ${nearest}?` : null,
        });
      }
      const { call, feature, method } = found;
      const readOnly = call.access === 'write' ? options.readOnly() : null;
      if (readOnly) throw new Failure(readOnly);
      const parsed = call.input.safeParse(input);
      if (!parsed.success) {
        throw fail('invalid_input', { message: `${name} was called with something it does not take: ${sentenceOf(parsed.error.issues)}.` });
      }
      const handler = options.handlers[feature]?.[method];
      if (!handler) throw new Error(`no handler for ${name}`);
      const context = {
        signal,
        caller,
        report: (progress: unknown) => {
          if (!signal.aborted) report(progress);
        },
      };
      const value = await handler(parsed.data as never, context as never);
      const checked = call.output.safeParse(value);
      if (!checked.success) throw new Error(`the answer of ${name} does not fit the contract: ${sentenceOf(checked.error.issues)}`);
      return { ok: true, value: checked.data };
    } catch (thrown) {
      if (!(thrown instanceof Failure)) {
        if (signal.aborted) return { ok: false, error: fail('cancelled', { message: 'Stopped by you.' }).error };
        options.log.bug(`${name} failed`, thrown);
      }
      return { ok: false, error: errorOf(thrown) };
    }
  };
}
