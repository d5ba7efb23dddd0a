/** The address of an object as it is, for readers without credentials. */
import type { Link } from '../../src-shared/model/link.ts';
import type { KeyedReference } from '../../src-shared/reference/reference.ts';
import { isoSecond } from './link-span.ts';
import type { LinkOverrides } from './links.ts';

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

/** What is said where a name, a type or a download was asked of an address that is not signed: providers answer those with a signature only. */
export function unsignedOverrides({ disposition, filename, contentType }: LinkOverrides): string[] {
  if (disposition === undefined && filename === undefined && contentType === undefined) return [];
  return ['This address is handed out as it is: its server decides the name, the type and whether it is a download.'];
}
