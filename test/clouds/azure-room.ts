/** An account on the loopback server with its identities, for tests of the store, the links and the credentials of Azure. */
import { createHmac } from 'node:crypto';
import { keyedAddress } from '../../src-shared/reference/keyed-address.ts';
import type { BlobReference } from '../../src-shared/reference/reference.ts';
import { type AzureServer, type AzureServerOptions, startAzureServer } from '../servers/azure-server.ts';

/** Keys of two accounts, in base64. */
export const accountKey = Buffer.from('the key of the account media, made for tests alone').toString('base64');
export const otherKey = Buffer.from('the key of another account').toString('base64');

/** Starts a server with the account `mediaaccount`: containers `media` (private), `open` (public), `list` (public with its list). */
export function serveAzure(options: Partial<AzureServerOptions> = {}): Promise<AzureServer> {
  return startAzureServer({
    accounts: {
      mediaaccount: {
        key: accountKey,
        delegators: ['anna'],
        containers: { media: { readers: ['anna'] }, open: { public: 'read' }, list: { public: 'read-and-list' } },
      },
      other: { key: otherKey, containers: { media: {} } },
    },
    ...options,
  });
}

/** Store rules that lead to the server, as for an emulator. */
export function rulesFor(server: AzureServer) {
  return ['mediaaccount', 'other'].flatMap((account) =>
    ['media', 'open', 'list', 'absent'].map((container) => ({ match: `az://${account}/${container}`, endpoint: server.origin })),
  );
}

/** The environment of somebody who has the account's key. */
export const withKey = { AZURE_STORAGE_ACCOUNT: 'mediaaccount', AZURE_STORAGE_KEY: accountKey };

/** A reference to a blob, as the parser would make it. */
export function blobReference(container: string, key: string, version?: string, account = 'mediaaccount'): BlobReference {
  const made = keyedAddress({ scheme: 'az', bucket: `${account}/${container}`, key, ...(version === undefined ? {} : { version }) });
  if (made.scheme !== 'az') throw new TypeError('This is no blob.');
  return made;
}

/** An account SAS, written from Microsoft's document "Create an account SAS". */
export function accountSas(key: string, fields: { sp: string; se: string; srt?: string }, account = 'mediaaccount'): string {
  const all = { sv: '2021-12-02', ss: 'b', srt: 'co', ...fields };
  const text = `${[account, all.sp, all.ss, all.srt, '', all.se, '', '', all.sv, ''].join('\n')}\n`;
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64');
  return Object.entries({ ...all, sig })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}
