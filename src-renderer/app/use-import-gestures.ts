/** Drops anywhere on the window, and pastes of links into it, bring references in; rows and entries of the tree are moved the same way. */

import { createElement, useEffect } from 'react';
import { electronBridge } from '../connection/electron-transport.ts';
import { copyRows } from '../features/import/copy-rows.ts';
import { type DropPlace, dropPlace } from '../features/import/drop-place.ts';
import { dropSource } from '../features/import/drop-source.ts';
import type { Dragged, ImportTarget } from '../features/import/drop-store.ts';
import { ImportSheet } from '../features/import/import-sheet.tsx';
import { importAtOnce } from '../features/import/import-source.ts';
import { moveEntry } from '../features/tree/tree-actions.ts';
import { type Session, useSession } from './session.ts';
import { openSheet } from './sheet-store.ts';

const fieldSelector = 'input, textarea, [contenteditable="true"]';
/** Forms that say more than the files beside them: those are then no files but a picture's bitmap. */
const linkTypes = ['text/html', 'text/uri-list', 'text/x-moz-url'];

/** Hears drags and pastes for the whole window. Put once, at the root. */
export function useImportGestures(): void {
  const session = useSession();
  useEffect(() => {
    function paste(event: ClipboardEvent): void {
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input, textarea, [role="dialog"]')) return;
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (text.trim() === '') return;
      event.preventDefault();
      openSheet(session.sheets, (close) => createElement(ImportSheet, { text, onClose: close }));
    }
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [session]);
  useEffect(() => hearDrags(session), [session]);
}

function hearDrags(session: Session): () => void {
  const { drop } = session;
  /** True while something is dragged that was picked up in this window: text that was selected, for instance. */
  let isFromHere = false;
  const clear = () => drop.setState({ hovered: null });

  function placeOf(event: DragEvent): DropPlace | null {
    const { target, dataTransfer } = event;
    if (!(target instanceof Element) || !dataTransfer) return null;
    const hasFiles = dataTransfer.types.includes('Files');
    if (isFromHere && !drop.getState().dragged) return null;
    if (target.matches(fieldSelector) && !hasFiles) return null;
    const files = [...dataTransfer.items].filter(({ kind }) => kind === 'file').length;
    const isCounted = hasFiles && files > 0 && !linkTypes.some((type) => dataTransfer.types.includes(type));
    return dropPlace(session, target, isCounted ? files : null);
  }

  function over(event: DragEvent): void {
    const { dataTransfer } = event;
    const place = placeOf(event);
    // A file that nobody takes would be opened in place of the window.
    if (place || dataTransfer?.types.includes('Files')) event.preventDefault();
    if (!dataTransfer) return;
    if (!place) {
      if (dataTransfer.types.includes('Files')) dataTransfer.dropEffect = 'none';
      clear();
      return;
    }
    dataTransfer.dropEffect = place.deed.kind === 'refused' ? 'none' : effectFor(place, dataTransfer.effectAllowed);
    const { left, top, width, height } = place.element.getBoundingClientRect();
    const key = [place.text, left, top, width, height].join(' ');
    if (drop.getState().hovered?.key === key) return;
    drop.setState({ hovered: { frame: { left, top, width, height }, key, text: place.text, isRefused: place.deed.kind === 'refused' } });
  }

  function dropped(event: DragEvent): void {
    const place = placeOf(event);
    const { dragged } = drop.getState();
    if (place || event.dataTransfer?.types.includes('Files')) event.preventDefault();
    drop.setState({ hovered: null, dragged: null });
    if (place && event.dataTransfer) runDeed(session, place, dragged, event.dataTransfer, event.altKey);
  }

  function leave(event: DragEvent): void {
    if (event.relatedTarget === null) clear();
  }
  function start(): void {
    isFromHere = true;
  }
  function end(): void {
    isFromHere = false;
    drop.setState({ hovered: null, dragged: null });
  }
  /** The system's drag of real files, and that of a row scrolled away, tell no end; while they last the pointer is not heard. */
  function moved(event: PointerEvent): void {
    if (event.buttons === 0 && (isFromHere || drop.getState().dragged)) end();
  }

  const options = { capture: true };
  window.addEventListener('dragstart', start, options);
  window.addEventListener('dragover', over);
  window.addEventListener('dragleave', leave);
  window.addEventListener('drop', dropped);
  window.addEventListener('dragend', end);
  window.addEventListener('pointermove', moved);
  return () => {
    window.removeEventListener('dragstart', start, options);
    window.removeEventListener('dragover', over);
    window.removeEventListener('dragleave', leave);
    window.removeEventListener('drop', dropped);
    window.removeEventListener('dragend', end);
    window.removeEventListener('pointermove', moved);
  };
}

/** What the pointer shows; it must be one that the source allows, or nothing is dropped. */
function effectFor({ deed }: DropPlace, allowed: DataTransfer['effectAllowed']): DataTransfer['dropEffect'] {
  if (deed.kind === 'moveEntry') return 'move';
  if (['uninitialized', 'all', 'copy', 'copyLink', 'copyMove'].includes(allowed)) return 'copy';
  return allowed === 'link' || allowed === 'linkMove' ? 'link' : 'move';
}

function runDeed(session: Session, { deed }: DropPlace, dragged: Dragged | null, data: DataTransfer, isAtOnce: boolean): void {
  if (deed.kind === 'import') void importDrop(session, data, deed.target, isAtOnce);
  else if (deed.kind === 'copyRows' && dragged?.kind === 'rows') void copyRows(session, dragged, deed.tableId);
  else if (deed.kind === 'moveEntry' && dragged?.kind === 'entry') void moveEntry(session, dragged.entry, dragged.id, deed.folderId);
}

async function importDrop(session: Session, data: DataTransfer, target: ImportTarget, isAtOnce: boolean): Promise<void> {
  const source = await dropSource(data, electronBridge()?.pathForFile ?? null);
  if (!source) return;
  if (isAtOnce) await importAtOnce(session, source, target);
  else openSheet(session.sheets, (close) => createElement(ImportSheet, { source, target, onClose: close }));
}
