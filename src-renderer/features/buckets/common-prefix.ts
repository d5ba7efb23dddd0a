/** Where the objects of a table lie, as a first guess of what to refresh it from. */

/** The deepest folder below which all addresses lie, with its slash: `s3://b/2026/`; empty where no bucket has them all. */
export function commonPrefix(addresses: readonly string[]): string {
  const [first = '', ...rest] = addresses;
  if (!/^(?:s3|gs):\/\/[^/]+\/|^az:\/\/[^/]+\/[^/]+\//.test(first)) return '';
  let length = first.lastIndexOf('/') + 1;
  for (const address of rest) {
    while (length > 0 && !address.startsWith(first.slice(0, length))) length = first.lastIndexOf('/', length - 2) + 1;
  }
  const common = first.slice(0, length);
  return /^(?:s3|gs):\/\/[^/]+\/|^az:\/\/[^/]+\/[^/]+\//.test(common) ? common : '';
}
