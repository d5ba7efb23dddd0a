/** The rows of the open table as tiles. */
export function Gallery() {
  return <div role="listbox" data-keys="gallery content" />;
}
