/** Where a provider, or a service that speaks its language, is reached. */
import { fail } from '../../src-shared/model/error.ts';

/** An origin, seldom with a path before the bucket. */
export interface Endpoint {
  readonly protocol: 'https:' | 'http:';
  /** An IPv6 address in its brackets. */
  readonly hostname: string;
  /** Null is the protocol's own. */
  readonly port: number | null;
  /** Without a slash at its end; empty for nearly all. */
  readonly basePath: string;
}

/** The endpoint as text, without a slash at its end. */
export function endpointText(endpoint: Endpoint): string {
  return `${endpoint.protocol}//${endpoint.hostname}${endpoint.port === null ? '' : `:${endpoint.port}`}${endpoint.basePath}`;
}

/** Reads an endpoint as the user wrote it. Throws `invalid_input` with the rule. */
export function parseEndpoint(text: string): Endpoint {
  let url: URL;
  try {
    url = new URL(text);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('not a web address');
  } catch {
    throw fail('invalid_input', {
      message: `The endpoint “${text}” must be a web address such as https://storage.example.com.`,
      next: 'Correct it in the settings, in AWS_ENDPOINT_URL_S3 or in the AWS profile.',
    });
  }
  return {
    protocol: url.protocol === 'http:' ? 'http:' : 'https:',
    hostname: url.hostname,
    port: url.port === '' ? null : Number(url.port),
    basePath: url.pathname.replace(/\/+$/, ''),
  };
}
