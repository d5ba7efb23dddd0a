/** The sidebar's tree of folders and tables: one Tab stop, arrows within, naming in place. */
import { ChevronDown, ChevronRight, Folder, FolderPlus, Plus, Table2 } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { keysOf } from '../../app/commands.ts';
import { formatCount } from '../../app/format.ts';
import { goTo } from '../../app/place-store.ts';
import { type Session, useIn, useSession } from '../../app/session.ts';
import { words } from '../../app/words.ts';
import { Band } from '../../ui/band.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ContextMenu } from '../../ui/menu.tsx';
import type { MenuEntry } from '../../ui/menu-entry.ts';
import { openRefresh } from '../buckets/bucket-commands.tsx';
import { NameField } from './name-field.tsx';
import styles from './tree.module.css';
import { beginNew, finishNaming, moveEntry, removeEntry } from './tree-actions.ts';
import { focusedItem, isInside, placeKey, type TreeItem, treeItems } from './tree-items.ts';
import { treeKeys } from './tree-keys.ts';

/** The whole sidebar. */
export function Tree() {
  const session = useSession();
  const { folders, tables, folded, naming, focusedKey, error } = useIn(session.tree, (state) => state);
  const place = useIn(session.place, (state) => state.place);
  const items = useMemo(() => treeItems(folders, tables, folded), [folders, tables, folded]);
  const here = placeKey(place);
  const setFocusedKey = (key: string) => session.tree.setState({ focusedKey: key });
  const focused = focusedItem(items, focusedKey, place);
  const [menuItem, setMenuItem] = useState<TreeItem | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const wasNaming = useRef(false);

  useEffect(() => {
    // The field that named something is gone: the focus goes back to the tree, never to the page.
    if (wasNaming.current && !naming) list.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
    wasNaming.current = naming !== null;
  }, [naming]);

  function focus(item: TreeItem | undefined): void {
    if (!item) return;
    setFocusedKey(item.key);
    list.current?.querySelector<HTMLElement>(`[data-key="${item.key}"]`)?.focus();
  }

  function open(item: TreeItem): void {
    setFocusedKey(item.key);
    goTo(session.place, item.kind === 'table' ? { kind: 'table', tableId: item.id } : { kind: 'folder', folderId: item.id });
    session.layout.setState({ drawer: null });
  }

  function fold(item: TreeItem, isOpen: boolean): void {
    session.tree.setState((state) => {
      const next = new Set(state.folded);
      if (isOpen) next.delete(item.id);
      else next.add(item.id);
      return { folded: next };
    });
  }

  /** What a key does to the focused entry, `at` its place in the list; false where it means nothing here. */
  function runTreeKey(key: string, item: TreeItem, at: number): boolean {
    switch (treeKeys[key]) {
      case 'next':
        focus(items[at + 1]);
        return true;
      case 'previous':
        focus(items[at - 1]);
        return true;
      case 'first':
        focus(items[0]);
        return true;
      case 'last':
        focus(items.at(-1));
        return true;
      case 'inward':
        if (item.isOpen === false) fold(item, true);
        else if (item.isOpen && items[at + 1]?.level === item.level + 1) focus(items[at + 1]);
        return true;
      case 'outward':
        if (item.isOpen) fold(item, false);
        else focus(items.find((one) => one.kind === 'folder' && one.id === item.parentId));
        return true;
      case 'go':
        open(item);
        return true;
      default:
        return false;
    }
  }

  function press(event: KeyboardEvent): void {
    if (!focused || event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = items.indexOf(focused);
    const isHandled = runTreeKey(event.key, focused, at);
    if (isHandled) event.preventDefault();
    // `?` is the list of keys, here as everywhere.
    else if (event.key.length === 1 && event.key !== '?') {
      const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      focus(after.find((item) => item.name.toLowerCase().startsWith(event.key.toLowerCase())));
    }
  }

  const inFolder = menuItem?.kind === 'folder' ? menuItem.id : (menuItem?.parentId ?? null);
  const entries: MenuEntry[] = [
    { kind: 'item', label: words.newTable, onSelect: () => beginNew(session, 'table', inFolder) },
    { kind: 'item', label: words.newFolder, onSelect: () => beginNew(session, 'folder', inFolder) },
    ...(menuItem
      ? [
          { kind: 'line' } as const,
          {
            kind: 'item',
            label: words.rename,
            keys: keysOf('renameEntry', session),
            onSelect: () => session.tree.setState({ naming: { kind: 'rename', what: menuItem.kind, id: menuItem.id } }),
          } as const,
          ...refreshOf(session, menuItem),
          ...movesOf(session, menuItem),
          {
            kind: 'item',
            label: words.remove,
            keys: keysOf('removeEntry', session),
            onSelect: () => void removeEntry(session, menuItem.kind, menuItem.id),
          } as const,
        ]
      : []),
  ];
  const newIn = (parentId: number | null) => (naming?.kind === 'new' && naming.folderId === parentId ? naming : null);

  return (
    <div className={styles.sidebar} data-drop="library">
      <div className={styles.head}>
        <h2 className={styles.title}>{words.library}</h2>
        <IconButton label={words.newFolder} className={styles.small} onClick={() => beginNew(session, 'folder', null)}>
          <Icon of={FolderPlus} />
        </IconButton>
        <IconButton label={words.newTable} className={styles.small} onClick={() => beginNew(session, 'table', null)}>
          <Icon of={Plus} />
        </IconButton>
      </div>
      {error ? <Band tone="error" text={error.message} next={error.next} /> : null}
      <ContextMenu entries={entries} className={styles.body}>
        <div
          ref={list}
          role="tree"
          data-keys="tree"
          aria-label={words.library}
          className={styles.tree}
          onKeyDown={press}
          onContextMenuCapture={(event) => {
            const key = event.target instanceof Element ? event.target.closest('[data-key]')?.getAttribute('data-key') : null;
            setMenuItem(items.find((item) => item.key === key) ?? null);
          }}
        >
          {newIn(null) ? <NewName level={1} what={newIn(null)?.what ?? 'table'} /> : null}
          {items.map((item) => {
            const fresh = item.kind === 'folder' ? newIn(item.id) : null;
            return (
              <div key={item.key} role="none">
                <TreeRow
                  item={item}
                  isHere={item.key === here}
                  isFocusStop={item.key === focused?.key}
                  isNamed={naming?.kind === 'rename' && `${naming.what}:${naming.id}` === item.key}
                  onOpen={() => open(item)}
                  onFold={() => fold(item, !item.isOpen)}
                  onNamed={(name) => finishNaming(session, name === item.name ? '' : name)}
                  onPickUp={() => session.drop.setState({ dragged: { kind: 'entry', entry: item.kind, id: item.id } })}
                />
                {fresh ? <NewName level={item.level + 1} what={fresh.what} /> : null}
              </div>
            );
          })}
        </div>
      </ContextMenu>
    </div>
  );
}

/** A table with media can be refreshed. */
function refreshOf(session: Session, { kind, id }: TreeItem): MenuEntry[] {
  const table = kind === 'table' ? session.tree.getState().tables.find((one) => one.id === id) : undefined;
  if (!table?.columns.some((column) => column.kind === 'media')) return [];
  return [{ kind: 'item', label: words.refreshFrom, onSelect: () => openRefresh(session, table) }];
}

/** The same as dragging it there, for the keyboard. */
function movesOf(session: Session, { kind, id, parentId }: TreeItem): MenuEntry[] {
  const { folders } = session.tree.getState();
  const isOutside = (folderId: number) => kind === 'table' || !isInside(folders, folderId, id);
  const places = [
    ...(parentId === null ? [] : [{ id: null, path: words.library }]),
    ...folders.filter((folder) => folder.id !== parentId && isOutside(folder.id)),
  ];
  if (places.length === 0) return [];
  const entries = places.map((place) => ({
    kind: 'item' as const,
    label: place.path,
    onSelect: () => void moveEntry(session, kind, id, place.id),
  }));
  return [{ kind: 'submenu', label: words.moveTo, entries }];
}

function NewName({ level, what }: { readonly level: number; readonly what: 'folder' | 'table' }) {
  const session = useSession();
  return (
    <div className={styles.row} style={{ '--level': level }}>
      <span className={styles.fold} />
      <Icon of={what === 'folder' ? Folder : Table2} className={styles.icon} />
      <NameField label={words.nameOf(what)} initial="" onDone={(name) => finishNaming(session, name)} />
    </div>
  );
}

interface TreeRowProps {
  readonly item: TreeItem;
  readonly isHere: boolean;
  readonly isFocusStop: boolean;
  readonly isNamed: boolean;
  readonly onOpen: () => void;
  readonly onFold: () => void;
  readonly onNamed: (name: string) => Promise<void>;
  /** It begins to be dragged. */
  readonly onPickUp: () => void;
}

function TreeRow({ item, isHere, isFocusStop, isNamed, onOpen, onFold, onNamed, onPickUp }: TreeRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the tree, as its pattern has it.
    <div
      role="treeitem"
      data-key={item.key}
      tabIndex={isFocusStop ? 0 : -1}
      aria-label={words.treeItem(item.name, item.kind, item.rowCount)}
      aria-level={item.level}
      aria-posinset={item.place}
      aria-setsize={item.siblings}
      aria-selected={isHere}
      {...(item.isOpen === null ? {} : { 'aria-expanded': item.isOpen })}
      className={[styles.row, isHere ? styles.here : ''].join(' ')}
      style={{ '--level': item.level }}
      draggable={!isNamed}
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', item.name);
        event.dataTransfer.effectAllowed = 'move';
        onPickUp();
      }}
      onClick={onOpen}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: a pointer shortcut for ArrowLeft and ArrowRight. */}
      <span
        className={styles.fold}
        onClick={(event) => {
          if (item.isOpen === null) return;
          event.stopPropagation();
          onFold();
        }}
      >
        {item.isOpen === null ? null : <Icon of={item.isOpen ? ChevronDown : ChevronRight} size={12} />}
      </span>
      <Icon of={item.kind === 'folder' ? Folder : Table2} className={styles.icon} />
      {isNamed ? (
        <NameField label={words.nameOf(item.kind)} initial={item.name} onDone={onNamed} />
      ) : (
        <>
          <span className={styles.name}>{item.name} </span>
          {item.kind === 'table' ? <span className={styles.count}>{formatCount(item.rowCount)}</span> : null}
        </>
      )}
    </div>
  );
}
