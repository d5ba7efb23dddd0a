/** The folders of a bucket as far as they were looked into: what is known, what is open, and the lines a tree draws of it. */
import type { VitrineError } from '../../../src-shared/model/error.ts';

/** A folder, or the prefix that was looked into first. */
export interface BucketFolder {
  readonly prefix: string;
  readonly name: string;
}

/** What is known of a folder. `cursor` is where its listing goes on, null at its end, undefined before its first page. */
interface Known {
  readonly folders: readonly BucketFolder[];
  readonly cursor: string | null | undefined;
  readonly isLoading: boolean;
  readonly error: VitrineError | null;
}

export interface BucketFolders {
  readonly root: BucketFolder;
  readonly known: ReadonlyMap<string, Known>;
  readonly open: ReadonlySet<string>;
}

export type FoldersAction =
  | { readonly type: 'rooted'; readonly prefix: string }
  | { readonly type: 'opened' | 'closed' | 'asked'; readonly prefix: string }
  | { readonly type: 'came'; readonly prefix: string; readonly folders: readonly BucketFolder[]; readonly cursor: string | null }
  | { readonly type: 'failed'; readonly prefix: string; readonly error: VitrineError };

/** A line of the tree: a folder, or one below a folder that says how it stands with its listing. */
export interface FolderLine {
  readonly key: string;
  readonly kind: 'folder' | 'loading' | 'more' | 'failed';
  readonly prefix: string;
  readonly text: string;
  readonly level: number;
  /** Null where it cannot be opened. */
  readonly isOpen: boolean | null;
}

const nothing: Known = { folders: [], cursor: undefined, isLoading: false, error: null };

/** Before anything was looked into. */
export function noFolders(prefix: string): BucketFolders {
  return { root: { prefix, name: prefix }, known: new Map(), open: new Set([prefix]) };
}

/** Whether a folder's next page is still to be asked for. */
export function isUnread({ known }: BucketFolders, prefix: string): boolean {
  const found = known.get(prefix) ?? nothing;
  return found.cursor === undefined && !found.isLoading;
}

/** Where a folder's listing goes on. */
export function cursorOf({ known }: BucketFolders, prefix: string): string | null {
  return known.get(prefix)?.cursor ?? null;
}

/** What becomes of the folders. */
export function reduceFolders(state: BucketFolders, action: FoldersAction): BucketFolders {
  if (action.type === 'rooted') return noFolders(action.prefix);
  const { prefix } = action;
  const before = state.known.get(prefix) ?? nothing;
  const learn = (known: Partial<Known>) => ({ ...state, known: new Map(state.known).set(prefix, { ...before, ...known }) });
  switch (action.type) {
    case 'opened':
      return { ...state, open: new Set([...state.open, prefix]) };
    case 'closed':
      return { ...state, open: new Set([...state.open].filter((one) => one !== prefix)) };
    case 'asked':
      return learn({ isLoading: true, error: null });
    case 'came':
      return learn({ folders: [...before.folders, ...action.folders], cursor: action.cursor, isLoading: false, error: null });
    case 'failed':
      return learn({ isLoading: false, error: action.error });
  }
}

/** The lines from the root down, in their order. */
export function folderLines(
  { root, known, open }: BucketFolders,
  words: { readonly loading: string; readonly more: string },
): FolderLine[] {
  const lines: FolderLine[] = [];
  const add = ({ prefix, name }: BucketFolder, level: number): void => {
    const { folders, cursor, isLoading, error } = known.get(prefix) ?? nothing;
    const canOpen = cursor === undefined || folders.length > 0 || cursor !== null;
    const isOpen = canOpen ? open.has(prefix) : null;
    lines.push({ key: prefix, kind: 'folder', prefix, text: name, level, isOpen });
    if (!isOpen) return;
    for (const folder of folders) add(folder, level + 1);
    const below = (kind: FolderLine['kind'], text: string) =>
      lines.push({ key: `${kind} ${prefix}`, kind, prefix, text, level: level + 1, isOpen: null });
    if (error) below('failed', error.message);
    else if (isLoading) below('loading', words.loading);
    else if (cursor) below('more', words.more);
  };
  add(root, 1);
  return lines;
}
