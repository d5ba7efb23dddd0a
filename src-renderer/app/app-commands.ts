/** Commands of the window itself. */
import { beginNew, folderHere } from '../features/tree/tree-actions.ts';
import type { Command } from './command.ts';
import { focusFilter, focusNextPane, openContextMenu } from './focus-places.ts';
import { toggleBothPanes, togglePane, togglePanel } from './layout-store.ts';
import { goBack, goForward } from './place-store.ts';
import { redo, undo } from './undo.ts';
import { words } from './words.ts';

const always = () => true;

/** Commands that belong to no feature. */
export const appCommands: readonly Command[] = [
  {
    id: 'undo',
    title: words.undo,
    keys: ['Mod+Z'],
    context: 'anywhere',
    when: (session) => session.activity.getState().undo !== null,
    run: (session) => void undo(session),
  },
  {
    id: 'redo',
    title: words.redo,
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    context: 'anywhere',
    when: (session) => session.activity.getState().redo !== null,
    run: (session) => void redo(session),
  },
  { id: 'search', title: words.filter, keys: ['Mod+F'], context: 'anywhere', when: always, run: focusFilter },
  { id: 'searchHere', title: words.filter, keys: ['/'], context: 'content', when: always, run: focusFilter },
  {
    id: 'newTable',
    title: words.newTable,
    keys: ['Mod+N'],
    context: 'anywhere',
    when: always,
    run: (session) => beginNew(session, 'table', folderHere(session)),
  },
  {
    id: 'newFolder',
    title: words.newFolder,
    keys: ['Mod+Shift+N'],
    context: 'anywhere',
    when: always,
    run: (session) => beginNew(session, 'folder', folderHere(session)),
  },
  {
    id: 'sidebar',
    title: words.sidebar,
    keys: ['Mod+B'],
    context: 'anywhere',
    when: always,
    run: ({ layout }) => togglePane(layout, 'sidebar', window.innerWidth),
  },
  {
    id: 'inspector',
    title: words.inspector,
    keys: ['Mod+Shift+B'],
    context: 'anywhere',
    when: always,
    run: ({ layout }) => togglePane(layout, 'inspector', window.innerWidth),
  },
  {
    id: 'inspectorHere',
    title: words.inspector,
    keys: ['i'],
    context: 'content',
    when: always,
    run: ({ layout }) => togglePane(layout, 'inspector', window.innerWidth),
  },
  {
    id: 'panel',
    title: words.bottomPanel,
    keys: ['Mod+J'],
    context: 'anywhere',
    when: always,
    run: ({ layout }) => togglePanel(layout, layout.getState().panelTab),
  },
  {
    id: 'back',
    title: words.back,
    keys: ['Alt+ArrowLeft', 'Mod+['],
    context: 'anywhere',
    when: ({ place }) => place.getState().past.length > 0,
    run: ({ place }) => goBack(place),
  },
  {
    id: 'forward',
    title: words.forward,
    keys: ['Alt+ArrowRight', 'Mod+]'],
    context: 'anywhere',
    when: ({ place }) => place.getState().future.length > 0,
    run: ({ place }) => goForward(place),
  },
  {
    id: 'bothPanes',
    title: words.bothPanes,
    keys: ['Mod+\\'],
    context: 'anywhere',
    when: always,
    run: ({ layout }) => toggleBothPanes(layout),
  },
  {
    id: 'contextMenu',
    title: words.contextMenu,
    keys: ['Shift+F10', 'ContextMenu'],
    context: 'content',
    when: always,
    run: openContextMenu,
  },
  {
    id: 'contextMenuInTree',
    title: words.contextMenu,
    keys: ['Shift+F10', 'ContextMenu'],
    context: 'tree',
    when: always,
    run: openContextMenu,
  },
  { id: 'nextPane', title: words.nextPane, keys: ['F6'], context: 'anywhere', when: always, run: () => focusNextPane(1) },
  { id: 'previousPane', title: words.previousPane, keys: ['Shift+F6'], context: 'anywhere', when: always, run: () => focusNextPane(-1) },
];
