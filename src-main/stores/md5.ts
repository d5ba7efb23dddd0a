/** MD5 sums as providers write them, in hex as we do. */

/** The sum in hex, or null where the text is no MD5 in base64. Content-MD5: RFC 1864. */
export function md5OfBase64(text: string | null | undefined): string | null {
  return text && /^[A-Za-z0-9+/]{22}==$/.test(text) ? Buffer.from(text, 'base64').toString('hex') : null;
}

/** The sum in Repr-Digest, a dictionary such as `sha-256=:…:, md5=:…:` (RFC 9530), or in `x-goog-hash`, `crc32c=…,md5=…`; null where there is none. */
export function md5OfDigests(text: string | null | undefined): string | null {
  return md5OfBase64(/(?:^|,)\s*md5=:?([A-Za-z0-9+/=]+?):?\s*(?:,|;|$)/i.exec(text ?? '')?.[1]);
}
