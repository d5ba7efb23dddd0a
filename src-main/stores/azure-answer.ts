/** Short answers of Azure, read whole. */
import { fail } from '../../src-shared/model/error.ts';
import { type AzureAnswer, azureTimeouts } from './azure-request.ts';
import type { Endpoint } from './endpoint.ts';
import { headerOf } from './http-answer.ts';
import { cancelled, networkFailure } from './network-failure.ts';
import type { TrafficMeter } from './store.ts';

/** A page of a listing has some megabytes; this is a limit for what is no listing. */
const mostTextBytes = 64 * 1024 * 1024;

/** The body of a short answer as text. Throws `server_error` for one that never ends. */
export async function textOf(answer: AzureAnswer, signal: AbortSignal, host: string, meter: TrafficMeter): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      meter.bytesReceived(host, chunk.byteLength);
      size += chunk.byteLength;
      if (size > mostTextBytes)
        throw fail('server_error', { message: `${host} sent far more than was asked.`, next: 'Check the address.' });
      chunks.push(chunk);
    }
  } catch (thrown) {
    throw signal.aborted ? cancelled() : (networkFailure(thrown, host, azureTimeouts) ?? thrown);
  }
  // Azure begins its XML with a byte order mark.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** Headers of an answer with one value each. */
export function plainHeaders(answer: AzureAnswer): Record<string, string> {
  return Object.fromEntries(Object.keys(answer.headers).map((name) => [name, headerOf(answer.headers, name) ?? '']));
}

/** Host of an endpoint, with the port where it is not the protocol's own. */
export function hostOf({ hostname, port }: Endpoint): string {
  return port === null ? hostname : `${hostname}:${port}`;
}
