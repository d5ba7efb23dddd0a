/** Drops anywhere on the content, and pastes of links into it, bring references in. */

import { createElement, type DragEvent, useEffect, useState } from 'react';
import type { VitrineError } from '../../src-shared/model/error.ts';
import { dropSource } from '../features/import/drop-source.ts';
import { ImportSheet } from '../features/import/import-sheet.tsx';
import { importAtOnce } from '../features/import/import-source.ts';
import { sayError } from './notice-store.ts';
import { useSession } from './session.ts';
import { openSheet } from './sheet-store.ts';
import { words } from './words.ts';

/** A page is not told where a dropped file lies; only the app is. */
const filesWithoutPath: VitrineError = { cause: 'unsupported', message: words.fileHasNoPath, next: words.pastePath };

const pathForFile = (file: File) => window.vitrine?.pathForFile?.(file) ?? '';

/** Handlers for the content pane, and whether something hovers over it now. */
export function useImportGestures() {
  const session = useSession();
  const [isOver, setOver] = useState(false);

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

  return {
    isOver,
    handlers: {
      onDragOver(event: DragEvent) {
        event.preventDefault();
        setOver(true);
      },
      onDragLeave(event: DragEvent) {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setOver(false);
      },
      onDrop(event: DragEvent) {
        event.preventDefault();
        setOver(false);
        const source = dropSource(event.dataTransfer, pathForFile);
        if (!source) {
          if (event.dataTransfer.files.length > 0) sayError(session.notices, filesWithoutPath);
        } else if (event.altKey) void importAtOnce(session, source);
        else openSheet(session.sheets, (close) => createElement(ImportSheet, { source, onClose: close }));
      },
    },
  };
}
