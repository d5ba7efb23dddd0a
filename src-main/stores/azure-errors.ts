/** What an answer of Azure Blob Storage means, decided by `x-ms-error-code` and the status, never by the text of a message. */
import { type ErrorDetails, type Failure, fail } from '../../src-shared/model/error.ts';
import { changedUpstream } from './network-failure.ts';
import { retryAfterMs } from './retry.ts';

/** What is known of a refusal. */
export interface AzureRefusal {
  readonly status: number;
  /** The x-ms-error-code header, which answers to HEAD have too; null where it did not come. */
  readonly code: string | null;
  readonly requestId: string | null;
  /** The Retry-After header as it came. */
  readonly retryAfter: string | null;
}

/** Who asked, and where: for the sentences. */
export interface AzureAsked {
  /** Null is nobody. `endsAt` in milliseconds since 1970 for a SAS that says its end. */
  readonly identity: {
    readonly name: string;
    readonly kind: 'key' | 'sas' | 'token';
    readonly login: string | null;
    readonly endsAt: number | null;
  } | null;
  readonly account: string;
  readonly container: string;
  readonly host: string;
  /** True where a container is listed and no blob read. */
  readonly isListing: boolean;
  /** Milliseconds since 1970, for ends and for a Retry-After that is a date. */
  readonly now: number;
  /** True where the answer's date is so far from the one that was signed that this alone is a reason to refuse. */
  readonly isClockWrong: boolean;
}

/** Codes about what an identity may do, with the words for it. */
const permissions = new Set([
  'AuthorizationFailure',
  'AuthorizationPermissionMismatch',
  'AuthorizationResourceTypeMismatch',
  'AuthorizationServiceMismatch',
  'InsufficientAccountPermissions',
  'UnauthorizedBlobOverwrite',
]);
const throttled = new Set(['ServerBusy', 'TooManyRequests', 'IngressLimitExceeded', 'EgressLimitExceeded']);

/**
 * The failure for a refusal. Sources of the codes: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes and
 * https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
 */
export function azureFailure(refusal: AzureRefusal, asked: AzureAsked): Failure {
  const { code, status } = refusal;
  const waitMs = retryAfterMs(refusal.retryAfter, asked.now);
  const details: ErrorDetails = {
    status,
    ...(code === null ? {} : { providerCode: code }),
    ...(refusal.requestId === null ? {} : { requestId: refusal.requestId }),
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  };
  if (code === 'BlobArchived') {
    return fail('archived', {
      message: 'The blob is in the archive tier and must be rehydrated first.',
      next: 'Change its tier to Hot, Cool or Cold at the provider, which takes up to 15 hours; then retry.',
      details,
    });
  }
  if (code === 'BlobBeingRehydrated') return rehydrating(details);
  if (code === 'ContainerNotFound') {
    return fail('not_found', {
      message: `There is no container “${asked.container}” in the account “${asked.account}”.`,
      next: 'Correct the address.',
      details,
    });
  }
  if (code === 'ContainerBeingDeleted' || code === 'ContainerDisabled') {
    return fail('not_found', {
      message: `The container “${asked.container}” is being deleted or was disabled.`,
      next: 'Ask its owner.',
      details,
    });
  }
  if (code === 'AccountIsDisabled') {
    return fail('access_denied', { message: `The account “${asked.account}” is disabled.`, next: 'Ask its owner.', details });
  }
  // Azure hides private containers from readers without credentials: to them a file that they may not see is one that is not there.
  const isHidden = code === 'ResourceNotFound' || code === 'PublicAccessNotPermitted' || code === 'NoAuthenticationInformation';
  if (asked.identity === null && (isHidden || status === 401 || status === 403)) {
    return fail('no_credentials', {
      message: 'This container needs credentials and none were found.',
      next: 'Log in with “az login”, or set AZURE_STORAGE_ACCOUNT and AZURE_STORAGE_KEY; Vitrine notices a login by itself.',
      details,
    });
  }
  if (status === 404) {
    return asked.isListing
      ? fail('not_found', { message: 'There is nothing to list at this address.', next: 'Correct the address.', details })
      : fail('not_found', { message: 'There is no file at this address.', next: 'Correct the address, or remove the row.', details });
  }
  if (code === 'ConditionNotMet' || status === 412) return changedUpstream(status);
  if (code !== null && throttled.has(code)) return tooFast(details);
  if (asked.identity !== null && (status === 401 || status === 403 || code === 'InvalidAuthenticationInfo')) {
    return refusedIdentity(code, asked.identity, asked, details);
  }
  if (status === 429 || status === 503) return tooFast(details);
  if (status === 408 || code === 'OperationTimedOut') {
    return fail('timeout', { message: `${asked.host} gave up waiting.`, next: 'Retry.', details });
  }
  if (status >= 500) return fail('server_error', { message: `${asked.host} answered ${status}.`, next: 'Retry later.', details });
  if (code === 'InvalidUri' || code === 'InvalidResourceName' || code === 'OutOfRangeInput') {
    return fail('invalid_url', { message: 'Azure allows no such name of a container or blob.', next: 'Correct the address.', details });
  }
  return fail('unsupported', { message: `${asked.host} refused the request with ${code ?? status}.`, next: 'See the details.', details });
}

/** Said of a blob that is on its way out of the archive. */
export function rehydrating(details: ErrorDetails): Failure {
  return fail('archived', {
    message: 'The blob is being rehydrated from the archive tier.',
    next: 'Retry when that is done, which takes up to 15 hours.',
    details,
  });
}

function refusedIdentity(code: string | null, who: NonNullable<AzureAsked['identity']>, asked: AzureAsked, details: ErrorDetails): Failure {
  const name = `${who.name.charAt(0).toUpperCase()}${who.name.slice(1)}`;
  if (who.endsAt !== null && who.endsAt <= asked.now) {
    return fail('expired_credentials', {
      message: `${name} ended ${new Date(who.endsAt).toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
      next: 'Ask for a new one and start Vitrine with it.',
      details,
    });
  }
  if (asked.isClockWrong && who.kind === 'key') {
    return fail('clock_skew', {
      message: 'This computer’s clock is wrong, so the request was refused.',
      next: 'Set the clock, then retry.',
      details,
    });
  }
  if (code === 'KeyBasedAuthenticationNotPermitted') {
    return fail('access_denied', {
      message: `The account “${asked.account}” takes no keys, only logins.`,
      next: 'Log in with “az login” and unset AZURE_STORAGE_KEY.',
      details,
    });
  }
  if (code === 'AuthorizationSourceIPMismatch' || code === 'AuthorizationProtocolMismatch') {
    const what = code === 'AuthorizationProtocolMismatch' ? 'over https' : 'from other addresses of the network';
    return fail('access_denied', { message: `${name} is good only ${what}.`, next: 'Ask its owner for one that is good here.', details });
  }
  if (who.kind === 'token' && (code === 'InvalidAuthenticationInfo' || details.status === 401)) {
    return fail('expired_credentials', {
      message: `The login of ${who.name} was refused.`,
      next: who.login === null ? 'Log in again; Vitrine notices by itself.' : `Run “${who.login}”; Vitrine notices by itself.`,
      details: { ...details, ...(who.login === null ? {} : { login: who.login }) },
    });
  }
  if (code !== null && !permissions.has(code)) {
    const next = who.kind === 'key' ? 'Correct the key, or choose another identity.' : 'Use a new one, or another identity.';
    return fail('access_denied', { message: `${name} was refused by the account “${asked.account}”.`, next, details });
  }
  const deed = asked.isListing ? 'list this container' : 'read this file';
  const next =
    code === 'AuthorizationFailure'
      ? 'Ask the owner whether the account’s firewall lets this computer in, or for access.'
      : who.kind === 'token'
        ? 'Ask the owner for the role “Storage Blob Data Reader”, or choose another identity.'
        : 'Choose another identity, or ask the owner for access.';
  return fail('access_denied', { message: `${name} may not ${deed}.`, next, details });
}

function tooFast(details: ErrorDetails): Failure {
  return fail('throttled', { message: 'The server asked to slow down.', next: 'Vitrine tries again by itself.', details });
}
