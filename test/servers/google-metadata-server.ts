/** The metadata server of a Google machine for tests, and an address that hands out a subject token, as other clouds do. */
import { short } from './answer-object.ts';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';

export interface GoogleMetadataServer extends LoopbackServer {
  /** What `GCE_METADATA_HOST` is set to. */
  readonly host: string;
  readonly subjectTokenUrl: string;
}

/** Starts one. `token` is what the machine's account asks with; `isSilent` never answers, `isOther` answers as something else. */
export async function startGoogleMetadataServer(options: {
  readonly email: string;
  readonly token: string;
  readonly subjectToken?: string;
  readonly kind?: 'google' | 'silent' | 'other';
}): Promise<GoogleMetadataServer> {
  const kind = options.kind ?? 'google';
  const server = await startLoopbackServer(async (exchange) => {
    const { rawPath, headers } = exchange.record;
    if (kind === 'silent') return exchange.whenEnded;
    if (rawPath === '/subject-token')
      return short(exchange, 200, { 'content-type': 'application/json' }, JSON.stringify({ value: options.subjectToken }));
    const flavor: Record<string, string> = kind === 'google' ? { 'metadata-flavor': 'Google' } : {};
    if (headers['metadata-flavor'] !== 'Google') return short(exchange, 403, flavor, 'Missing header\n');
    const account = '/computeMetadata/v1/instance/service-accounts/default/';
    if (rawPath === `${account}email`) return short(exchange, 200, flavor, options.email);
    if (rawPath === `${account}token`) {
      const body = JSON.stringify({ access_token: options.token, expires_in: 3599, token_type: 'Bearer' });
      return short(exchange, 200, { ...flavor, 'content-type': 'application/json' }, body);
    }
    return short(exchange, rawPath === '/computeMetadata/v1/instance' ? 200 : 404, flavor, '');
  });
  return Object.assign(server, { host: server.origin.slice('http://'.length), subjectTokenUrl: `${server.origin}/subject-token` });
}
