/** The way to a container, and how requests go along it. */
import type { AzureIdentity } from '../credentials/azure.ts';
import type { StoreRule } from '../settings/settings.ts';
import type { AzureAnswer, AzureRequest } from './azure-request.ts';
import type { Endpoint } from './endpoint.ts';

/** The way to a container. */
export interface AzureRoute {
  readonly account: string;
  readonly container: string;
  /** The account's blob service, as `BlobEndpoint` of a connection string: an emulator's has the account as its path. */
  readonly endpoint: Endpoint;
  /** True for an emulator, another cloud and any other endpoint of the user's own. */
  readonly isCustomEndpoint: boolean;
  /** A rule says that this container is read without credentials. */
  readonly isAnonymous: boolean;
  /** The rule of the settings that speaks of it, null where none does. */
  readonly rule: StoreRule | null;
}

/** Where a blob lies, name byte-exact. */
export interface BlobPlace {
  readonly account: string;
  readonly container: string;
  readonly key: string;
}

/**
 * Sends a request signed as somebody and gives every answer of 2xx and of `accepted`; other answers become failures. A clock that an answer
 * shows to be wrong is corrected, and the request sent once more. Retries nothing else.
 */
export type SendAsSomebody = (
  route: AzureRoute,
  identity: AzureIdentity | null,
  asked: Pick<AzureRequest, 'method' | 'path' | 'query' | 'headers' | 'body' | 'signal'> & {
    readonly accepted?: readonly number[];
    readonly isListing?: boolean;
  },
) => Promise<AzureAnswer>;
