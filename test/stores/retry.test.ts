import { describe, expect, test } from 'vitest';
import { createRetryPolicy, retryAfterMs, withRetries } from '../../src-main/stores/retry.ts';
import { errorCauses, Failure, fail, type VitrineError } from '../../src-shared/model/error.ts';

const error = (cause: VitrineError['cause'], details: VitrineError['details'] = {}): VitrineError => ({
  cause,
  message: '',
  next: null,
  details,
});

describe('the retry policy', () => {
  test.each([
    ['throttled', [250, 500, 1000, 2000, null]],
    ['server_error', [250, 500, 1000, null]],
    ['unreachable', [250, 500, null]],
    ['timeout', [250, null]],
  ] as const)('waits for %s in steps that double, and then gives up', (cause, steps) => {
    const policy = createRetryPolicy(() => 0.999999999);
    expect(steps.map((_, index) => policy(index + 1, error(cause))).map((ms) => (ms === null ? null : Math.round(ms)))).toEqual(steps);
  });

  test('takes any part of the step, so that many do not come back at once', () => {
    const at = (random: number) => createRetryPolicy(() => random)(2, error('throttled'));
    expect([at(0), at(0.5)]).toEqual([0, 250]);
  });

  test('waits as long as the server asks, and never longer than 30 s and a tenth', () => {
    const policy = createRetryPolicy(() => 0);
    expect([policy(1, error('throttled', { retryAfterMs: 2000 })), policy(1, error('throttled', { retryAfterMs: 3_600_000 }))]).toEqual([
      2000, 30_000,
    ]);
  });

  test('never tries again what stays as it is', () => {
    const policy = createRetryPolicy(() => 0);
    const retried = errorCauses.filter((cause) => policy(1, error(cause)) !== null);
    expect(retried).toEqual(['throttled', 'timeout', 'unreachable', 'server_error']);
    expect(policy(1, error('server_error', { status: 501 }))).toBeNull();
  });

  test.each([
    ['7', 7000],
    ['86400', 30_000],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', null],
    [null, null],
  ])('reads Retry-After %j as %j ms', (header, ms) => {
    expect(retryAfterMs(header, Date.parse('2026-01-01T00:00:00Z'))).toBe(ms);
  });

  test('says in the end how often it was tried', async () => {
    const waits: number[] = [];
    const work = withRetries(() => Promise.reject(fail('unreachable', { message: 'It broke.' })), {
      policy: createRetryPolicy(() => 0.5),
      sleep: async (ms) => void waits.push(ms),
      signal: new AbortController().signal,
    });
    const thrown: unknown = await work.catch((each: unknown) => each);
    expect([waits, thrown instanceof Failure && thrown.error.details?.attempts]).toEqual([[125, 250], 3]);
  });
});
