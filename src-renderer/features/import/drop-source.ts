/** What a drag or a paste brought, in the forms the core understands. */
import type { ImportSource } from '../../../src-shared/contract/rows.ts';

/** Asks the host where a file lies; '' where it is not on disk, or the host cannot tell. */
export type PathForFile = (file: File) => string;

/** The source of a drop, or null where nothing in it can be imported. Must be called inside the event. */
export function dropSource(data: DataTransfer, pathForFile: PathForFile): ImportSource | null {
  const paths = [...data.files].map(pathForFile).filter((path) => path !== '');
  const texts = {
    html: data.getData('text/html'),
    mozUrl: data.getData('text/x-moz-url'),
    uriList: data.getData('text/uri-list'),
    plain: data.getData('text/plain'),
    downloadUrl: data.getData('DownloadURL'),
  };
  const given = Object.entries(texts).filter(([, text]) => text !== '');
  if (paths.length === 0 && given.length === 0) return null;
  return { kind: 'drop', paths, ...Object.fromEntries(given) };
}
