/** Makes the access room of the stores, the links and the settings as they stand. */
import type { Account } from '../../src-shared/model/account.ts';
import type { Links } from '../links/links.ts';
import type { SettingsFile } from '../settings/settings.ts';
import type { GcsAccess } from '../stores/gcs-access.ts';
import type { S3Access } from '../stores/s3-access.ts';
import type { Stores } from '../stores/stores.ts';
import type { Access } from './access.ts';
import { testAccess } from './test-access.ts';
import { loginPlaces, watchLogins } from './watch-logins.ts';
import { type AzureWays, type WayOptions, wayTo } from './ways.ts';

/** Nothing is asked and nothing is watched before somebody wants to know. @param options.now milliseconds since 1970 */
export function createAccess(options: {
  stores: Stores & { readonly s3Access: S3Access; readonly gcsAccess: GcsAccess; readonly azureAccess?: AzureWays };
  /** Identities that were found; reads files, asks nobody. */
  accounts: () => Account[];
  /** Where saved keys are told. */
  keyFile: string;
  links: Links;
  settings: SettingsFile;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  platform: NodeJS.Platform;
  now: () => number;
}): Access {
  const { stores, accounts, links, settings, env, now } = options;
  const azure = stores.azureAccess;
  const ways: WayOptions = {
    ...(azure ? { azure } : {}),
    s3: stores.s3Access,
    gcs: stores.gcsAccess,
    rules: () => settings.current().stores,
    env,
    accounts,
  };
  const places = loginPlaces(env, options.home, options.platform);
  return {
    async explain(reference, signal) {
      const way = await wayTo(ways, reference, { isAsking: false, signal });
      const { value, why, end } = way.expected();
      const { region, endpoint } = way;
      return {
        identity: { value, why },
        region,
        endpoint,
        endsAt: end?.toISOString() ?? null,
        isReadWithoutCredentials: value !== null && way.isPublic(),
      };
    },
    test: (reference, { signal, report }) =>
      testAccess({
        reference,
        findWay: () => wayTo(ways, reference, { isAsking: true, signal }),
        store: stores.storeOf(reference),
        links,
        now,
        signal,
        report,
      }),
    onLoginsChanged: watchLogins({ ...places, files: [...places.files, options.keyFile] }),
  };
}
