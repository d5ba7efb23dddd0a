/** Signs links to blobs of Azure: a shared access signature by the account's key, by a login's delegation key, or one that somebody else made. */
import type { BlobSASSignatureValues, UserDelegationKey } from '@azure/storage-blob';
import { fail } from '../../src-shared/model/error.ts';
import type { Link } from '../../src-shared/model/link.ts';
import type { BlobReference } from '../../src-shared/reference/reference.ts';
import type { AzureIdentity, AzureSasIdentity } from '../credentials/azure.ts';
import { type AzureAccess, type AzureRoute, azureApiVersion } from '../stores/azure-access.ts';
import { contentDispositionOf } from './content-disposition.ts';
import { dotSegmentsWarning, hasDotSegments } from './dot-segments.ts';
import { allowedSeconds, isoSecond, type LinkSpan, spanOf } from './link-span.ts';
import type { LinkOverrides, SignOptions } from './links.ts';
import { plainLink } from './plain-link.ts';
import { type ProviderCap, sevenDays } from './provider-cap.ts';

/** Signs, or gives the plain address where there are no credentials. Throws `Failure`. */
export type SignAzure = (reference: BlobReference, options: SignOptions) => Promise<Link>;

const noEnd = { end: null, isEndUnknown: false } as const;

/**
 * Makes the signer of links to blobs.
 * @param options.now milliseconds since 1970
 * @param options.allow is told the origins of endpoints that the user configured, when a link leads there
 */
export function createSignAzure(options: { access: AzureAccess; now: () => number; allow?: (origin: string) => void }): SignAzure {
  const { access, now } = options;
  return async (reference, asked) => {
    const route = access.route(reference);
    const identity = await access.identity(route);
    if (asked.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    const cap = capOf(route, identity);
    const warnings = hasDotSegments(reference.key) ? [dotSegmentsWarning] : [];
    const { host } = access.addressOf(route, reference.key);
    if (route.isCustomEndpoint) options.allow?.(`${route.endpoint.protocol}//${host}`);
    const address = addressOf(access, route, reference);
    // The end is an instant of the server's clock, so it is counted from that.
    const nowMs = now() + access.serverClock.offsetMs(host);
    if (identity === null) {
      allowedSeconds(asked, cap);
      const isPublic = access.publicObjects.has({ bucket: `${route.account}/${route.container}`, key: reference.key });
      return plainLink(reference, address, { nowMs, warnings, isPublic });
    }
    const { query, span, cautions } = await signed(reference, asked, { identity, route, cap, nowMs });
    const separator = address.includes('?') ? '&' : '?';
    return {
      url: `${address}${separator}${query}`,
      fileurl: reference.canonical,
      issued_at: isoSecond(span.issuedAt),
      expires_at: span.expiresAt === null ? null : isoSecond(span.expiresAt),
      limited_by: span.limitedBy,
      signed_as: identity.name,
      verified: null,
      warnings: [...span.warnings, ...cautions, ...warnings],
      signer: {
        provider: cap.provider,
        capSeconds: cap.seconds,
        session: identity.name,
        login: identity.login,
        region: null,
        cautions: [...cautions, ...warnings],
      },
    };
  };

  async function signed(
    reference: BlobReference,
    asked: SignOptions,
    { identity, route, cap, nowMs }: { identity: AzureIdentity; route: AzureRoute; cap: ProviderCap; nowMs: number },
  ): Promise<Signed> {
    if (identity.kind === 'sas') return givenSas(identity, asked, nowMs);
    const library = await import('@azure/storage-blob');
    const { generateBlobSASQueryParameters, SASProtocol, StorageSharedKeyCredential } = library;
    const isSecure = route.endpoint.protocol === 'https:';
    const common = {
      permissions: library.BlobSASPermissions.parse('r'),
      ...(isSecure ? { protocol: SASProtocol.Https } : {}),
    };
    if (identity.kind === 'key') {
      const span = spanOf(asked, cap, nowMs, noEnd);
      const key = new StorageSharedKeyCredential(identity.account, identity.key);
      const values = { ...valuesOf(reference, route, asked, span), ...common };
      return { query: generateBlobSASQueryParameters(values, key).toString(), span, cautions: [] };
    }
    const until = new Date(nowMs + allowedSeconds(asked, cap) * 1000);
    const key = await access.delegationKey(route, identity, until, asked.signal);
    if (asked.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
    const span = delegatedSpan(asked, cap, nowMs, key);
    const values = { ...valuesOf(reference, route, asked, span), ...common };
    return { query: generateBlobSASQueryParameters(values, key, route.account).toString(), span, cautions: [] };
  }
}

/** The address of a blob without a signature, where readers without credentials were let in to it; null where that is not known. */
export function plainAzureAddress(access: AzureAccess, reference: BlobReference): string | null {
  const { account, container, key } = reference;
  if (!access.publicObjects.has({ bucket: `${account}/${container}`, key })) return null;
  return addressOf(access, access.route(reference), reference);
}

interface Signed {
  readonly query: string;
  readonly span: Omit<LinkSpan, 'expiresAt' | 'seconds'> & { readonly expiresAt: Date | null };
  readonly cautions: readonly string[];
}

/**
 * A SAS by an account's key may live for ever, and a store rule can shorten that. One by a login ends with its delegation key, after seven days
 * at most: https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas. A SAS that was given has the end that it has.
 */
function capOf(route: AzureRoute, identity: AzureIdentity | null): ProviderCap {
  const provider = route.isCustomEndpoint ? route.endpoint.hostname : 'Azure Blob Storage';
  const usual = identity?.kind === 'token' ? sevenDays : null;
  const said = route.rule?.link_cap_seconds ?? null;
  return { provider, seconds: usual === null || said === null ? (said ?? usual) : Math.min(said, usual) };
}

/** The key's own end is a limit of the provider, not of the login: the link holds although the login ends. */
function delegatedSpan(asked: SignOptions, cap: ProviderCap, nowMs: number, key: UserDelegationKey): LinkSpan {
  const span = spanOf(asked, cap, nowMs, { end: key.signedExpiresOn, isEndUnknown: false });
  if (span.limitedBy !== 'credentials') return span;
  const sentence = `${cap.provider} lets a login sign until ${isoSecond(span.expiresAt)} at most, so the link ends then.`;
  return { ...span, limitedBy: 'provider', warnings: [sentence] };
}

/** A SAS is passed on as it stands: nothing can be put under a signature that is there already. */
function givenSas(identity: AzureSasIdentity & { readonly name: string }, asked: SignOptions, nowMs: number): Signed {
  allowedSeconds(asked, { provider: identity.name, seconds: null });
  const value = (name: string) => new URLSearchParams(identity.sas).get(name);
  const rights = value('sp');
  if (identity.endsAt !== null && identity.endsAt.getTime() <= nowMs) {
    throw fail('expired_credentials', {
      message: `The SAS of ${identity.account} ended ${isoSecond(identity.endsAt)}.`,
      next: 'Ask for a new one and start Vitrine with it.',
    });
  }
  if (rights !== null && !rights.includes('r')) {
    throw fail('signature_not_possible', {
      message: `The SAS of ${identity.account} does not let anybody read.`,
      next: 'Ask for one with the permission to read, or use the account’s key or a login.',
    });
  }
  const isWide = value('sr') !== 'b' || (rights !== null && rights !== 'r');
  const cautions = [
    ...(isWide
      ? [`This link carries the whole SAS of ${identity.account}: who has it can do all that the SAS allows, not only read this file.`]
      : []),
    ...(hasOverrides(asked)
      ? ['A SAS that was made before cannot carry another name or type, so the link opens as the file itself says.']
      : []),
  ];
  const issuedAt = new Date(Math.floor(nowMs / 1000) * 1000);
  if (identity.endsAt === null) {
    const sentence = 'The end of this SAS is not known: a policy of its container says it.';
    return { query: identity.sas, cautions, span: { issuedAt, expiresAt: null, limitedBy: 'unknown', warnings: [sentence] } };
  }
  const sentence = `A SAS has the end that it was made with: ${isoSecond(identity.endsAt)}.`;
  return { query: identity.sas, cautions, span: { issuedAt, expiresAt: identity.endsAt, limitedBy: 'credentials', warnings: [sentence] } };
}

function valuesOf(reference: BlobReference, route: AzureRoute, asked: LinkOverrides, span: LinkSpan): BlobSASSignatureValues {
  const disposition = contentDispositionOf(asked, reference.key);
  return {
    version: azureApiVersion,
    containerName: route.container,
    blobName: reference.key,
    expiresOn: span.expiresAt,
    ...(reference.version === undefined ? {} : { versionId: reference.version }),
    ...(disposition === null ? {} : { contentDisposition: disposition }),
    ...(asked.contentType === undefined ? {} : { contentType: asked.contentType }),
  };
}

function hasOverrides({ disposition, filename, contentType }: LinkOverrides): boolean {
  return disposition !== undefined || filename !== undefined || contentType !== undefined;
}

/** RFC 6266: `filename*` where the name is beyond ASCII, and beside it one in ASCII; the blob's own name where none is given. */
function addressOf(access: AzureAccess, route: AzureRoute, reference: BlobReference): string {
  const { host, path } = access.addressOf(route, reference.key);
  const version = reference.version === undefined ? '' : `?versionid=${encodeURIComponent(reference.version)}`;
  return `${route.endpoint.protocol}//${host}${path}${version}`;
}
