/** One file, as large as there is room. */
export function Loupe() {
  return <section data-keys="loupe content" />;
}
