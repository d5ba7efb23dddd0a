/** What lies behind a failed cell, on screen and as text to hand on. No address and no secret is in it. */
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { words } from '../../app/words.ts';
import type { Fact } from '../../ui/facts.tsx';

/** Details that are known; what was asked of a server was asked at least once. */
export function errorFacts({ details }: VitrineError): [label: string, value: string | number][] {
  const facts: [string, string | number | undefined][] = [
    [words.detail.status, details?.status],
    [words.detail.providerCode, details?.providerCode],
    [words.detail.requestId, details?.requestId],
    [words.detail.attempts, details?.attempts ?? (details?.status === undefined ? undefined : 1)],
  ];
  return facts.flatMap(([label, value]): [string, string | number][] => (value === undefined ? [] : [[label, value]]));
}

/** The error of a column's cell in lines of text: cause, sentence, next step, details. */
export function errorReport(column: string, error: VitrineError): string {
  const facts: readonly Fact[] = errorFacts(error);
  return [
    `${column}: ${error.cause}`,
    error.message,
    ...(error.next ? [error.next] : []),
    ...facts.map(([label, value]) => `${label}: ${value}`),
  ].join('\n');
}
