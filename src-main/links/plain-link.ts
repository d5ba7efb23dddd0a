/** The address of an object as it is, for readers without credentials. */
import type { Link } from '../../src-shared/model/link.ts';
import type { KeyedReference } from '../../src-shared/reference/reference.ts';
import { isoSecond } from './link-span.ts';

/** A link that nobody signed: it works only where everybody may read, which `isPublic` says is known. */
export function plainLink(
  reference: KeyedReference,
  address: string,
  { nowMs, warnings, isPublic }: { readonly nowMs: number; readonly warnings: readonly string[]; readonly isPublic: boolean },
): Link {
  const unsure = isPublic ? [] : ['Nothing was found to sign with, so this link works only if the object is public.'];
  return {
    url: address,
    fileurl: reference.canonical,
    issued_at: isoSecond(new Date(nowMs)),
    expires_at: null,
    limited_by: 'none',
    signed_as: null,
    verified: null,
    warnings: [...unsure, ...warnings],
  };
}
