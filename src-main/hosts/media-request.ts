/** What a host asks for on the way of bytes, and what it sends. */
import type { VitrineError } from '../../src-shared/model/error.ts';
import type { MediaFacts, RemoteFacts } from '../../src-shared/model/media.ts';
import type { Reference } from '../../src-shared/reference/reference.ts';
import { strangerPolicy } from './content-security-policy.ts';

/** `query` is what stands behind the `?`, or empty. */
export interface MediaRequest {
  readonly path: string;
  readonly query: string;
  readonly range: string | null;
  readonly isHead: boolean;
  readonly signal: AbortSignal;
}

/** An answer that a host can send. `body` is null for HEAD, errors and 416. */
export interface MediaAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | null;
}

/** A reference with what was learnt of its file before. */
export interface KnownReference {
  readonly id: number;
  readonly reference: Reference;
  readonly remote: RemoteFacts | null;
  readonly facts: MediaFacts | null;
  /** Why it could not be read before, or null. */
  readonly error: VitrineError | null;
}

/** Headers of everything that is made of a stranger's bytes. */
export const strangerHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': strangerPolicy,
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The answer to a range behind the end. */
export function notSatisfiable(size: number): MediaAnswer {
  return { status: 416, headers: { 'Content-Range': `bytes */${size}` }, body: null };
}
