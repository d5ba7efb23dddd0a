/** What a drag brought, in the forms the core understands. Lists are read here where the host tells no path. */
import type { ImportSource } from '../../../src-shared/contract/rows.ts';

/** Asks the host where a file lies; '' where it is not on disk. */
export type PathForFile = (file: File) => string;

type DropSource = Extract<ImportSource, { kind: 'drop' }>;
type WithoutPath = NonNullable<DropSource['withoutPath']>[number];

/** Files whose text a page reads: extensions of lists that the core reads. */
const listName = /\.(?:csv|tsv|tab|json|ndjson|jsonl|txt|lst|html?|parquet)$/i;
/** A longer list would fill the memory of a page twice. In bytes. */
const longestList = 64_000_000;

/**
 * The source of a drop, or null where nothing in it can be imported. Everything is taken out of `data` before this returns, since it is
 * empty after the event; texts of lists come later. `pathForFile` is null where the host tells no paths.
 */
export function dropSource(data: DataTransfer, pathForFile: PathForFile | null): Promise<ImportSource> | null {
  const texts = {
    html: data.getData('text/html'),
    mozUrl: data.getData('text/x-moz-url'),
    uriList: data.getData('text/uri-list'),
    plain: data.getData('text/plain'),
    downloadUrl: data.getData('DownloadURL'),
  };
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
  const files = droppedFiles(data);
  if (files.length === 0 && Object.keys(given).length === 0) return null;
  if (pathForFile) return Promise.resolve({ kind: 'drop', ...byPath(files, pathForFile), ...given });
  return byText(files).then((read) => ({ kind: 'drop', paths: [], ...read, ...given }));
}

/** Files that were chosen rather than dropped, where the host tells no paths. */
export async function chosenSource(files: readonly File[]): Promise<ImportSource> {
  return { kind: 'drop', paths: [], ...(await byText(files.map((file) => ({ file, isFolder: false })))) };
}

interface DroppedFile {
  readonly file: File;
  readonly isFolder: boolean;
}

function droppedFiles(data: DataTransfer): DroppedFile[] {
  const found: DroppedFile[] = [];
  for (const item of data.items) {
    const file = item.kind === 'file' ? item.getAsFile() : null;
    if (file) found.push({ file, isFolder: item.webkitGetAsEntry()?.isDirectory ?? false });
  }
  return found;
}

function byPath(files: readonly DroppedFile[], pathForFile: PathForFile): Pick<DropSource, 'paths' | 'withoutPath'> {
  const paths: string[] = [];
  const withoutPath: WithoutPath[] = [];
  for (const { file } of files) {
    const path = pathForFile(file);
    if (path === '') withoutPath.push({ name: file.name, why: 'virtual' });
    else paths.push(path);
  }
  return withoutPath.length > 0 ? { paths, withoutPath } : { paths };
}

async function byText(files: readonly DroppedFile[]): Promise<Pick<DropSource, 'lists' | 'withoutPath'>> {
  const lists: { name: string; text: string }[] = [];
  const withoutPath: WithoutPath[] = [];
  let read = 0;
  for (const { file, isFolder } of files) {
    const { name } = file;
    if (isFolder) withoutPath.push({ name, why: 'folder' });
    else if (!listName.test(name)) withoutPath.push({ name, why: 'noPath' });
    // Parquet is told by its name; its bytes are no text.
    else if (/\.parquet$/i.test(name)) lists.push({ name, text: '' });
    else if (read + file.size > longestList) withoutPath.push({ name, why: 'tooLarge' });
    else {
      read += file.size;
      const text = await textOf(file);
      if (text === null) withoutPath.push({ name, why: 'virtual' });
      else lists.push({ name, text });
    }
  }
  return { ...(lists.length > 0 ? { lists } : {}), ...(withoutPath.length > 0 ? { withoutPath } : {}) };
}

/** UTF-8, or UTF-16 where a byte order mark says so. Null where the file is gone, or exists only inside another app. */
async function textOf(file: File): Promise<string | null> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const [first, second] = bytes;
    const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return null;
  }
}
