/** The folders of a bucket, looked into as they are opened. One Tab stop; the keys of the library's tree move in it. */
import { ChevronDown, ChevronRight, Folder, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { words } from '../../app/words.ts';
import { Icon } from '../../ui/icon.tsx';
import { treeKeys } from '../tree/tree-keys.ts';
import { type FolderLine, folderLines } from './bucket-folders.ts';
import styles from './bucket-sheet.module.css';
import type { useBucketFolders } from './use-bucket-folders.ts';

interface BucketTreeProps {
  readonly folders: ReturnType<typeof useBucketFolders>;
  /** The prefix that is counted. */
  readonly chosen: string;
  readonly onChoose: (prefix: string) => void;
}

export function BucketTree({ folders, chosen, onChoose }: BucketTreeProps) {
  const lines = useMemo(() => folderLines(folders.state, { loading: words.reading, more: words.moreFolders }), [folders.state]);
  const [focus, setFocus] = useState<string | null>(null);
  const tree = useRef<HTMLDivElement>(null);
  const stop = lines.find(({ key }) => key === focus) ?? lines[0];

  function run(line: FolderLine): void {
    if (line.kind === 'folder') onChoose(line.prefix);
    else if (line.kind !== 'loading') folders.readMore(line.prefix);
  }

  function fold(line: FolderLine): void {
    if (line.isOpen) folders.close(line.prefix);
    else if (line.isOpen === false) folders.open(line.prefix);
  }

  function goTo(line: FolderLine | undefined): void {
    if (!line) return;
    setFocus(line.key);
    tree.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[lines.indexOf(line)]?.focus();
  }

  function press(event: KeyboardEvent): void {
    if (!stop || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = lines.indexOf(stop);
    const move = treeKeys[event.key];
    if (move === undefined) return;
    event.preventDefault();
    if (move === 'next') goTo(lines[at + 1]);
    else if (move === 'previous') goTo(lines[at - 1]);
    else if (move === 'first') goTo(lines[0]);
    else if (move === 'last') goTo(lines.at(-1));
    else if (move === 'go') run(stop);
    else if (move === 'inward') {
      if (stop.isOpen === false) fold(stop);
      else if (lines[at + 1]?.level === stop.level + 1) goTo(lines[at + 1]);
    } else if (stop.isOpen && stop.level > 1) fold(stop);
    else goTo(lines.slice(0, at).findLast(({ level }) => level === stop.level - 1));
  }

  return (
    <div ref={tree} role="tree" aria-label={words.foldersOfBucket} className={styles.tree} onKeyDown={press}>
      {lines.map((line) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the tree, as its pattern has it.
        <div
          key={line.key}
          role="treeitem"
          tabIndex={line === stop ? 0 : -1}
          aria-level={line.level}
          aria-selected={line.kind === 'folder' && line.prefix === chosen}
          {...(line.isOpen === null ? {} : { 'aria-expanded': line.isOpen })}
          className={[styles.folder, styles[line.kind], line.kind === 'folder' && line.prefix === chosen ? styles.chosen : ''].join(' ')}
          style={{ '--level': line.level }}
          title={line.text}
          onFocus={() => setFocus(line.key)}
          onClick={() => run(line)}
        >
          {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a pointer shortcut for ArrowLeft and ArrowRight. */}
          <span
            className={styles.fold}
            onClick={(event) => {
              if (line.isOpen === null) return;
              event.stopPropagation();
              fold(line);
            }}
          >
            {line.isOpen === null ? null : <Icon of={line.isOpen ? ChevronDown : ChevronRight} size={12} />}
          </span>
          {line.kind === 'folder' ? <Icon of={Folder} /> : line.kind === 'failed' ? <Icon of={TriangleAlert} /> : null}
          <span className={styles.folderName}>{line.text}</span>
        </div>
      ))}
    </div>
  );
}
