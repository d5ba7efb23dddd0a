/** Names that no browser leaves as they are. */

/**
 * True where a part of the key between slashes is `.` or `..`: WHATWG URL resolves those before the request is sent, so the signed path
 * is not the one that arrives. Clients that send a path as it stands (`curl --path-as-is`) still open such a link.
 */
export function hasDotSegments(key: string): boolean {
  return key.split('/').some((segment) => segment === '.' || segment === '..');
}

/** What is said of a link to such a name. */
export const dotSegmentsWarning = 'No browser can open a link to this name. Export the file instead.';
