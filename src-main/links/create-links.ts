/** Makes the links room: picks who signs by the scheme. */
import { fail, outcomeOf } from '../../src-shared/model/error.ts';
import { isKeyed } from '../../src-shared/reference/reference.ts';
import type { AzureAccess } from '../stores/azure-access.ts';
import type { GcsAccess } from '../stores/gcs-access.ts';
import type { S3Access } from '../stores/s3-access.ts';
import { hasDotSegments } from './dot-segments.ts';
import { allowedSeconds } from './link-span.ts';
import type { Links } from './links.ts';
import { createSignAzure, plainAzureAddress } from './sign-azure.ts';
import { createSignGcs } from './sign-gcs.ts';
import { createSignS3 } from './sign-s3.ts';
import { verifyLink } from './verify-link.ts';
import { webLink } from './web-link.ts';

/** Makes the room. @param options.now milliseconds since 1970; every time in a link comes from it */
export function createLinks(options: { s3: S3Access; gcs: GcsAccess; azure: AzureAccess; now: () => number }): Links {
  const { now } = options;
  const signS3 = createSignS3({ access: options.s3, now });
  const signGcs = createSignGcs({ access: options.gcs, now });
  const signAzure = createSignAzure({ access: options.azure, now });
  return {
    sign(reference, asked) {
      return outcomeOf(async () => {
        if (asked.signal.aborted) throw fail('cancelled', { message: 'Stopped by you.' });
        switch (reference.scheme) {
          case 's3':
            return signS3(reference, asked);
          case 'gs':
            return signGcs(reference, asked);
          case 'az':
            return signAzure(reference, asked);
          case 'file':
            throw fail('signature_not_possible', {
              message: 'A file on this computer has no address others could open.',
              next: 'Copy its path, or show it in its folder.',
            });
          default:
            allowedSeconds({ ...asked, overCap: 'clamp' }, { provider: reference.host, seconds: null });
            return webLink(reference, now());
        }
      });
    },
    verify: ({ url }, signal) => verifyLink(url, signal),
    async plainAddress(reference, signal) {
      if (!isKeyed(reference) || hasDotSegments(reference.key)) return null;
      if (reference.scheme === 'az') return plainAzureAddress(options.azure, reference);
      if (reference.scheme === 's3') {
        if (!options.s3.publicObjects.has(reference)) return null;
        const route = await options.s3.route(reference, signal);
        const { host, path } = options.s3.addressOf(route, reference.key);
        return `${route.endpoint.protocol}//${host}${path}`;
      }
      if (!options.gcs.publicObjects.has(reference)) return null;
      const route = options.gcs.route(reference);
      const { host, path } = options.gcs.addressOf(route, reference.key);
      return `${route.endpoint.protocol}//${host}${path}`;
    },
  };
}
