/** From what the catalog keeps back to a reference that can be asked. */
import { parseReference, referenceFromCanonical } from './parse-reference.ts';
import type { CanonicalUrl, Reference } from './reference.ts';

/**
 * The reference of a stored cell. A signed web address is asked as it was typed: its canonical form, the identity of the bytes, has lost
 * the signature. Everything else is its canonical form.
 */
export function storedReference(stored: { readonly canonical: string; readonly typed: string }): Reference {
  const typed = /^https?:/i.test(stored.typed) ? parseReference(stored.typed) : null;
  return typed?.ok && typed.value.canonical === stored.canonical ? typed.value : referenceFromCanonical(stored.canonical as CanonicalUrl);
}
