/** The preview of a source: read again when the source or the table changes, with the corrections of lines kept. */
import { useEffect, useRef, useState } from 'react';
import type { ImportSource, Preview } from '../../../src-shared/contract/rows.ts';
import type { VitrineError } from '../../../src-shared/model/error.ts';
import { type Session, useSession } from '../../app/session.ts';

/** Another address for a line, or null: its alternative in its place. */
export interface Correction {
  readonly line: number;
  readonly text: string | null;
}

interface PreviewState {
  readonly preview: Preview | null;
  readonly error: VitrineError | null;
}

/** `restMilliseconds` above 0: what is being typed is read once it rests, and what was understood before is no longer shown. */
export function usePreview(source: ImportSource | null, tableId: number | null, restMilliseconds: number) {
  const session = useSession();
  const [state, setState] = useState<PreviewState>({ preview: null, error: null });
  const corrections = useRef<{ readonly source: ImportSource | null; readonly list: Correction[] }>({ source: null, list: [] });

  useEffect(() => {
    if (corrections.current.source !== source) corrections.current = { source, list: [] };
    if (!source) {
      setState({ preview: null, error: null });
      return;
    }
    const abort = new AbortController();
    if (restMilliseconds > 0) setState({ preview: null, error: null });
    const timer = setTimeout(async () => {
      const input = { source, recursive: true, ...(tableId === null ? {} : { table: tableId }) };
      let answer = await session.client.importing.preview(input, { signal: abort.signal });
      for (const correction of corrections.current.list) {
        if (!answer.ok || abort.signal.aborted) break;
        answer = await applied(session, answer.value.previewId, correction);
      }
      if (abort.signal.aborted) return;
      setState(answer.ok ? { preview: answer.value, error: null } : { preview: null, error: answer.error });
    }, restMilliseconds);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [session, source, tableId, restMilliseconds]);

  const previewId = state.preview?.previewId;
  useEffect(() => {
    if (previewId === undefined) return;
    return () => void session.client.importing.closePreview({ previewId });
  }, [session, previewId]);

  /** Corrects a line of the preview. */
  async function correct(correction: Correction): Promise<void> {
    if (previewId === undefined) return;
    corrections.current.list.push(correction);
    const answer = await applied(session, previewId, correction);
    setState((now) => (answer.ok ? { preview: answer.value, error: null } : { ...now, error: answer.error }));
  }

  /** Adds the rule that a line's offer needs; its lines and all of its bucket are then offered. */
  async function setUpStore(line: number): Promise<void> {
    if (previewId === undefined) return;
    const answer = await session.client.importing.setUpStore({ previewId, line });
    setState((now) => (answer.ok ? { preview: answer.value, error: null } : { ...now, error: answer.error }));
  }

  return { ...state, correct, setUpStore };
}

function applied({ client }: Session, previewId: number, { line, text }: Correction) {
  return text === null ? client.importing.takeAlternative({ previewId, line }) : client.importing.editLine({ previewId, line, text });
}
