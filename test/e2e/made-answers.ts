/** Answers of the core that a test makes itself: for states that take a full disk, a slow server or an hour to come about. */
import type { Page, Route } from 'playwright-core';
import type { AnyEvent } from '../../src-shared/contract/events.ts';

/** A call as the page sends it. */
interface SentCall {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

/** What a made call gives: progress first, then its value or its error; `change` takes what the core answered. */
export type Made =
  | { readonly value: unknown; readonly progress?: readonly unknown[]; readonly until?: Promise<unknown> }
  | { readonly error: { cause: string; message: string; next: string | null } }
  | { readonly change: (value: unknown) => unknown };

export interface MadeAnswers {
  /** By name of the call, such as `cache.details`; the rest goes to the core. */
  readonly answers: Map<string, (input: unknown) => Made>;
  /** Inputs of made calls in the order they came, by name. */
  readonly asked: { readonly name: string; readonly input: unknown }[];
  /** Tells the page what happened, as the core would. */
  tell(event: AnyEvent): Promise<void>;
}

/** To be called before the page loads. */
export async function makeAnswers(page: Page): Promise<MadeAnswers> {
  const answers: MadeAnswers['answers'] = new Map();
  const asked: MadeAnswers['asked'] = [];
  await page.addInitScript(() => {
    const Original = window.EventSource;
    window.EventSource = class extends Original {
      constructor(url: string | URL) {
        super(url);
        window.addEventListener('made-event', (event) => {
          if (event instanceof CustomEvent) this.dispatchEvent(new MessageEvent('message', { data: event.detail }));
        });
      }
    };
  });
  await page.route('**/api/call', async (route) => {
    const call: SentCall = route.request().postDataJSON();
    const made = answers.get(call.name)?.(call.input);
    if (!made) return route.continue();
    asked.push({ name: call.name, input: call.input });
    return 'change' in made ? changeAnswer(route, made.change) : sendAnswer(route, call.id, made);
  });
  return {
    answers,
    asked,
    tell: (event) =>
      page.evaluate(
        (data) => {
          window.dispatchEvent(new CustomEvent('made-event', { detail: data }));
        },
        JSON.stringify({ type: 'event', ...event }),
      ),
  };
}

async function sendAnswer(route: Route, id: number, made: Exclude<Made, { change: unknown }>): Promise<void> {
  if ('until' in made) await made.until;
  const outcome = 'error' in made ? { ok: false, error: made.error } : { ok: true, value: made.value };
  const progress = 'progress' in made ? (made.progress ?? []) : [];
  const lines = [...progress.map((one) => ({ type: 'progress', id, progress: one })), { type: 'answer', id, outcome }];
  await route.fulfill({ contentType: 'application/x-ndjson', body: lines.map((line) => `${JSON.stringify(line)}\n`).join('') });
}

/** The core is asked, and its answer changed on the way. */
async function changeAnswer(route: Route, change: (value: unknown) => unknown): Promise<void> {
  const response = await route.fetch();
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  const changed = lines.map((line) => {
    const message = JSON.parse(line);
    if (message.type === 'answer' && message.outcome.ok) message.outcome.value = change(message.outcome.value);
    return `${JSON.stringify(message)}\n`;
  });
  await route.fulfill({ response, body: changed.join('') });
}
