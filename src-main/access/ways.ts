/** For each kind of address: which identity is used, by which region and endpoint, and why. */
import type { KnownBy } from '../../src-shared/model/access.ts';
import type { Account } from '../../src-shared/model/account.ts';
import { placeOf } from '../../src-shared/reference/keyed-address.ts';
import { isKeyed, type KeyedReference, type Reference } from '../../src-shared/reference/reference.ts';
import type { StoreRule } from '../settings/settings.ts';
import { type Endpoint, endpointText, parseEndpoint } from '../stores/endpoint.ts';
import type { GcsAccess } from '../stores/gcs-access.ts';
import type { S3Access, S3Route } from '../stores/s3-access.ts';
import { storeRuleFor } from '../stores/store-rule.ts';

/** Who asks. `end` null where the credentials have none, or it is not known. */
export interface WayIdentity extends KnownBy {
  readonly end: Date | null;
}

/** The way to one file. Region and endpoint are null where the address has none; why that is stands in `without`. */
export interface Way {
  /** Gets the credentials, or throws why there are none. */
  identity(): Promise<WayIdentity>;
  /** Who it would be, without asking anybody for credentials. */
  expected(): WayIdentity;
  readonly region: KnownBy | null;
  readonly endpoint: KnownBy | null;
  readonly without: string;
  /** Why there is no such place, null where there is one as far as is known. */
  readonly missing: string | null;
  /** True where a reader without credentials was let in to this very file. */
  isPublic(): boolean;
}

/** What is asked of the way to a container of Azure. */
export interface AzureWays {
  route(blob: { readonly account: string; readonly container: string; readonly key: string }): { readonly endpoint: Endpoint };
  /** Null when there is none, or when the rule says anonymous. */
  identity(route: { readonly endpoint: Endpoint }): Promise<{ readonly name: string } | null>;
  /** True where readers without credentials were let in; `bucket` is `account/container`. */
  readsWithoutCredentials(bucket: string): boolean;
}

/** What ways are found by. */
export interface WayOptions {
  readonly s3: S3Access;
  readonly gcs: GcsAccess;
  /** Absent while Azure is not read: then its ways are told by the settings and the accounts alone. */
  readonly azure?: AzureWays;
  readonly rules: () => readonly StoreRule[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly accounts: () => Account[];
}

/** Finds the way. Asks a bucket for its region where that is not known and `isAsking`. Throws `Failure` where an endpoint is wrong. */
export async function wayTo(
  options: WayOptions,
  reference: Reference,
  { isAsking, signal }: { isAsking: boolean; signal: AbortSignal },
): Promise<Way> {
  const nobody = (why: string): WayIdentity => ({ value: null, why, end: null });
  const same = (one: WayIdentity) => ({ identity: async () => one, expected: () => one });
  const rule = isKeyed(reference) ? storeRuleFor(options.rules(), placeOf(reference)) : null;
  switch (reference.scheme) {
    case 's3': {
      const route = await options.s3.route(reference, signal, { isAsking });
      return {
        identity: async () => {
          const identity = await options.s3.identity(route);
          const why = whyAws(options.env, rule, identity);
          return { value: identity?.name ?? null, why, end: identity?.expiration ?? null };
        },
        expected: () => expectedAws(options, rule),
        region: { value: route.region, why: whyRegion(route) },
        endpoint: { value: endpointText(route.endpoint), why: whyEndpoint(route) },
        without: '',
        missing: route.isBucketThere
          ? null
          : `${route.isCustomEndpoint ? route.endpoint.hostname : 'Amazon S3'} knows no bucket “${route.bucket}”.`,
        isPublic: () => options.s3.publicObjects.has(reference),
      };
    }
    case 'gs': {
      const route = options.gcs.route(reference);
      const fromWhere = rule?.endpoint === undefined ? 'STORAGE_EMULATOR_HOST says so' : saysSo(rule);
      return {
        identity: async () => {
          const identity = await options.gcs.identity(route);
          return { value: identity?.name ?? null, why: whyGoogle(options.env, rule, identity !== null), end: null };
        },
        expected: () => {
          const found = rule?.anonymous ? undefined : options.accounts().find(({ provider, isDefault }) => provider === 'gcp' && isDefault);
          return { value: found?.name ?? null, why: whyGoogle(options.env, rule, found !== undefined), end: null };
        },
        region: null,
        endpoint: { value: endpointText(route.endpoint), why: route.isCustomEndpoint ? fromWhere : 'Google Cloud Storage’s own' },
        without: 'Google Cloud Storage needs no region.',
        missing: null,
        isPublic: () => options.gcs.publicObjects.has(reference),
      };
    }
    case 'az':
      return azureWay(options, reference, rule);
    case 'file':
      return {
        ...same(nobody('a file on this computer is read as you')),
        region: null,
        endpoint: null,
        without: 'A file on this computer has none.',
        missing: null,
        isPublic: () => false,
      };
    default:
      return {
        ...same(nobody('web addresses are read without credentials')),
        region: null,
        endpoint: { value: new URL(reference.url).origin, why: 'the address itself' },
        without: 'A web address has none.',
        missing: null,
        isPublic: () => false,
      };
  }
}

function azureWay(options: WayOptions, reference: KeyedReference & { scheme: 'az' }, rule: StoreRule | null): Way {
  const { azure } = options;
  const route = azure?.route(reference) ?? null;
  const found = rule?.anonymous ? undefined : options.accounts().find(({ provider, isDefault }) => provider === 'azure' && isDefault);
  const why = (isFound: boolean) =>
    whyRule(rule) ?? (isFound ? `found in ${found?.where ?? 'the settings of Azure'}` : 'no credentials were found');
  const expected = (): WayIdentity => {
    return { value: found?.name ?? null, why: why(found !== undefined), end: found?.endsAt ? new Date(found.endsAt) : null };
  };
  const own = `https://${reference.account}.blob.core.windows.net`;
  const endpoint = route ? endpointText(route.endpoint) : rule?.endpoint === undefined ? own : endpointText(parseEndpoint(rule.endpoint));
  const whyThere = rule?.endpoint === undefined ? (endpoint === own ? 'Azure’s own' : 'the environment says so') : saysSo(rule);
  return {
    identity: async () => {
      if (!azure || !route) return expected();
      const identity = await azure.identity(route);
      return { value: identity?.name ?? null, why: why(identity !== null), end: expected().end };
    },
    expected,
    region: null,
    endpoint: { value: endpoint, why: whyThere },
    without: 'Azure Blob Storage needs no region.',
    missing: null,
    isPublic: () => azure?.readsWithoutCredentials(`${reference.account}/${reference.container}`) ?? false,
  };
}

function saysSo({ match }: StoreRule): string {
  return `the store rule “${match}” says so`;
}

function whyRule(rule: StoreRule | null): string | null {
  if (rule === null) return null;
  if (rule.anonymous) return `the store rule “${rule.match}” reads it without credentials`;
  if (rule.keys !== undefined) return `the store rule “${rule.match}” names them`;
  return rule.profile === undefined ? null : `the store rule “${rule.match}” names it`;
}

function whyAws(env: WayOptions['env'], rule: StoreRule | null, identity: { name: string; profile: string | null } | null): string {
  const byRule = whyRule(rule);
  if (byRule !== null) return byRule;
  if (identity === null) return 'no credentials were found';
  if (identity.profile !== null) return env.AWS_PROFILE === identity.profile ? 'AWS_PROFILE names it' : 'nothing names another';
  return identity.name === 'environment' ? 'keys in the environment come first' : 'no keys and no profile come before it';
}

/** As `AwsIdentities.identity` goes, by what the files say. */
function expectedAws({ accounts, env }: WayOptions, rule: StoreRule | null): WayIdentity {
  const byRule = whyRule(rule);
  const aws = accounts().filter(({ provider, kind }) => provider === 'aws' && kind !== 'saved');
  const named = rule?.profile === undefined ? aws.find(({ isDefault }) => isDefault) : aws.find(({ name }) => name === rule.profile);
  const end = named?.endsAt ? new Date(named.endsAt) : null;
  if (byRule !== null && rule !== null) {
    if (rule.anonymous) return { value: null, why: byRule, end: null };
    if (rule.keys !== undefined) return { value: `saved keys ${rule.keys}`, why: byRule, end: null };
    return { value: `profile ${rule.profile}`, why: byRule, end };
  }
  if (!named) return { value: null, why: 'no credentials were found', end: null };
  const profile = named.where === 'environment' || named.name === 'environment' ? null : named.name;
  const name = profile === null ? named.name : `profile ${profile}`;
  return { value: name, why: whyAws(env, rule, { name, profile }), end };
}

function whyGoogle(env: WayOptions['env'], rule: StoreRule | null, isFound: boolean): string {
  if (rule?.anonymous) return `the store rule “${rule.match}” reads it without credentials`;
  if (!isFound) return 'no credentials were found';
  return env.GOOGLE_APPLICATION_CREDENTIALS ? 'GOOGLE_APPLICATION_CREDENTIALS names its file' : 'it is the application default';
}

function whyRegion({ regionFrom, rule, isRegionKnown }: S3Route): string {
  if (regionFrom === 'rule' && rule) return saysSo(rule);
  if (regionFrom === 'learnt') return 'the bucket says so';
  const where = rule?.keys !== undefined ? 'the saved keys say so' : 'the environment or the profile says so';
  if (regionFrom === 'configured') return isRegionKnown ? where : `${where}; the bucket was not asked`;
  return isRegionKnown ? 'this endpoint names none' : 'the bucket was not asked, and nothing else says it';
}

function whyEndpoint({ endpointFrom, rule }: S3Route): string {
  if (endpointFrom === 'rule' && rule) return saysSo(rule);
  if (endpointFrom === 'provider') return 'Amazon S3’s own';
  return rule?.keys !== undefined ? 'the saved keys belong to it' : 'the environment or the profile says so';
}
