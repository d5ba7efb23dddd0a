/** What can go wrong with an answer, by name. A fault with `times` is spent after that many answers; without, it stays. */

interface Spending {
  /** How many answers it spoils; for ever unless given. */
  readonly times?: number;
}

export type Fault = { left: number } & (
  | { readonly kind: 'noRanges' | 'htmlWith200' | 'redirectLoop' | 'resets' | 'chunked' | 'gzip' | 'noConditions' }
  | { readonly kind: 'wrongContentRange'; readonly how: WrongRange }
  | { readonly kind: 'dropsAfter'; readonly bytes: number }
  | { readonly kind: 'wrongLength'; readonly difference: number }
  | { readonly kind: 'status'; readonly status: number; readonly headers: Record<string, string>; readonly body: string }
  | { readonly kind: 'redirectTo'; readonly location: string; readonly status: number }
  | { readonly kind: 'stalls'; readonly afterBytes: number | null }
  | { readonly kind: 'pauses'; readonly afterBytes: number; readonly ms: number }
);

/**
 * How a part is not what was asked for: it begins a byte later or earlier, and says so · it names another total, no place at all, or a unit
 * that is not bytes · it is one part of many in a body of its own kind.
 */
export type WrongRange = 'later' | 'earlier' | 'otherTotal' | 'missing' | 'otherUnit' | 'multipart';

const left = ({ times = Number.POSITIVE_INFINITY }: Spending) => times;

/** Ignores Range and If-Range: always 200 with the whole. */
export const noRanges = (spending: Spending = {}): Fault => ({ kind: 'noRanges', left: left(spending) });

/** Sends so many bytes of the body (0: the head alone), then closes the connection. */
export const dropsAfter = (bytes: number, spending: Spending = {}): Fault => ({ kind: 'dropsAfter', bytes, left: left(spending) });

/** A web page that says sorry, with status 200 and text/html. */
export const htmlWith200 = (spending: Spending = {}): Fault => ({ kind: 'htmlWith200', left: left(spending) });

/** Announces a length that differs from what is sent; then closes, so that a reader of a too long promise does not hang. */
export const wrongLength = (difference: number, spending: Spending = {}): Fault => ({
  kind: 'wrongLength',
  difference,
  left: left(spending),
});

/** Answers with a status. `retryAfter` is the header's text: seconds or an HTTP date. */
export const status = (
  code: number,
  options: Spending & { readonly retryAfter?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Fault => ({
  kind: 'status',
  status: code,
  headers: { ...(options.retryAfter === undefined ? {} : { 'retry-after': options.retryAfter }), ...options.headers },
  body: options.body ?? `status ${code}\n`,
  left: left(options),
});

/** Redirects to another address, absolute or relative. */
export const redirectTo = (location: string, options: Spending & { readonly status?: number } = {}): Fault => ({
  kind: 'redirectTo',
  location,
  status: options.status ?? 302,
  left: left(options),
});

/** Redirects to itself. */
export const redirectLoop = (spending: Spending = {}): Fault => ({ kind: 'redirectLoop', left: left(spending) });

/** Goes silent until `release` or the reader leaves: before the head, or after so many bytes of the body. */
export const stalls = (options: Spending & { readonly afterBytes?: number } = {}): Fault => ({
  kind: 'stalls',
  afterBytes: options.afterBytes ?? null,
  left: left(options),
});

/** Goes silent for so many milliseconds after so many bytes of the body, and then goes on. */
export const pauses = (afterBytes: number, ms: number, spending: Spending = {}): Fault => ({
  kind: 'pauses',
  afterBytes,
  ms,
  left: left(spending),
});

/** Takes no notice of If-Match, If-None-Match and If-Modified-Since. */
export const noConditions = (spending: Spending = {}): Fault => ({ kind: 'noConditions', left: left(spending) });

/** Resets the connection before it answers. */
export const resets = (spending: Spending = {}): Fault => ({ kind: 'resets', left: left(spending) });

/** Sends the whole in chunks, without a length and without ranges. */
export const chunked = (spending: Spending = {}): Fault => ({ kind: 'chunked', left: left(spending) });

/** Sends the whole compressed, whatever was accepted, as some servers do. */
export const gzip = (spending: Spending = {}): Fault => ({ kind: 'gzip', left: left(spending) });

/** Answers 206 with another part than was asked for, or without saying which; it begins one byte later unless told otherwise. */
export const wrongContentRange = (options: Spending & { readonly how?: WrongRange } = {}): Fault => ({
  kind: 'wrongContentRange',
  how: options.how ?? 'later',
  left: left(options),
});

/** The faults that an answer has now; each is spent by one. */
export function takeFaults(faults: Fault[]): Fault[] {
  const taken = faults.filter((fault) => fault.left > 0);
  for (const fault of taken) fault.left -= 1;
  return taken;
}
