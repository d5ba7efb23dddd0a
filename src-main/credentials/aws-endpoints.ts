/** Where AWS's services are reached, as the environment and the profiles say; AWS's own addresses where they say nothing. */
import { fail } from '../../src-shared/model/error.ts';
import { type Environment, isAwsRegion } from './aws-given.ts';
import type { AwsProfiles } from './aws-profiles.ts';

/** Services by the names they have in `services` sections; in the environment they are in capitals. */
export type AwsServiceName = 's3' | 'sts' | 'sso' | 'sso_oidc' | 'signin';

type Known = { readonly env: Environment; readonly profiles: AwsProfiles };

/**
 * The endpoint that was configured for a service, or null. The environment comes first, except for a profile that was asked for by name:
 * its endpoint and its keys belong together.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function configuredEndpoint({ env, profiles }: Known, service: AwsServiceName, profile: string | null): string | null {
  const settings = profiles.profiles.get(profile ?? (env.AWS_PROFILE || 'default'));
  const isIgnored =
    env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true' || settings?.ignore_configured_endpoint_urls === 'true';
  if (isIgnored) return null;
  const ofServices = settings?.services ? profiles.services.get(settings.services) : undefined;
  const name = `${service}.endpoint_url`;
  const fromProfile = ofServices?.[name] || settings?.[name] || settings?.endpoint_url;
  const fromEnvironment = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] || env.AWS_ENDPOINT_URL;
  return (profile === null ? fromEnvironment || fromProfile : fromProfile || fromEnvironment) || null;
}

/** The region as the environment and the profile say, the environment first unless the profile was asked for by name; or null. */
export function configuredRegion({ env, profiles }: Known, profile: string | null): string | null {
  const settings = profiles.profiles.get(profile ?? (env.AWS_PROFILE || 'default'));
  const ofEnvironment = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  return (profile === null ? ofEnvironment || settings?.region : settings?.region || ofEnvironment) || null;
}

/** `https://portal.sso.eu-west-1.amazonaws.com` and the like. Throws `no_credentials` for a region that cannot be one. */
export function ssoEndpoint(known: Known, service: 'sso' | 'sso_oidc', options: { profile: string; region: string }): string {
  const configured = configuredEndpoint(known, service, options.profile);
  if (configured !== null) return withoutSlash(configured);
  const region = checkedRegion(options.region, 'sso_region');
  const host = service === 'sso' ? `portal.sso.${region}` : `oidc.${region}`;
  return `https://${host}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
}

/** Where `aws login` renews its sessions. Source of the hosts: the endpoint rules of @aws-sdk/nested-clients/signin. */
export function signinEndpoint(known: Known, options: { profile: string; region: string }): string {
  const configured = configuredEndpoint(known, 'signin', options.profile);
  if (configured !== null) return withoutSlash(configured);
  const region = checkedRegion(options.region, 'region');
  if (region.startsWith('cn-')) return `https://${region}.signin.amazonaws.cn`;
  if (region === 'us-gov-west-1') return 'https://signin.amazonaws-us-gov.com';
  if (region.startsWith('us-gov-')) return `https://${region}.signin.amazonaws-us-gov.com`;
  return `https://${region}.signin.aws.amazon.com`;
}

/** Throws `no_credentials` where the text cannot be a region. @param setting where it stands, for the sentence */
export function checkedRegion(region: string, setting: string): string {
  if (isAwsRegion(region)) return region;
  throw fail('no_credentials', {
    message: `“${region}” cannot be a region of AWS.`,
    next: `Correct “${setting}” in ~/.aws/config.`,
  });
}

function withoutSlash(endpoint: string): string {
  return endpoint.replace(/\/+$/, '');
}
