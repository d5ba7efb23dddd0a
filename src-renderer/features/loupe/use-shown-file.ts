/** Which file the loupe shows: the media of the focused row, where it stands in the view, and the files beside it. */
import { useEffect } from 'react';
import type { MediaCell, Row } from '../../../src-shared/model/cell.ts';
import type { Column } from '../../../src-shared/model/table.ts';
import { useIn, useSession } from '../../app/session.ts';

export interface ShownFile {
  /** Undefined while the row is on its way. */
  readonly row: Row | undefined;
  /** Undefined where the row has none. */
  readonly media: MediaCell | undefined;
  /** Place in the view, from 0. */
  readonly place: number;
  readonly count: number;
  /** The one on and the one back, where they are here. */
  readonly neighbours: readonly MediaCell[];
}

/** The focused column where it holds media, else the first that does. */
export function mediaPlace(columns: readonly Column[], focused: number): number {
  return columns[focused]?.kind === 'media' ? focused : columns.findIndex((column) => column.kind === 'media');
}

/** Asks for the pages that are looked at. */
export function useShownFile(): ShownFile {
  const session = useSession();
  const { table, view, pages, selection } = useIn(session.table, (state) => state);
  const { row: place, column } = selection.focus;
  const count = view?.rowCount ?? 0;

  useEffect(() => {
    if (pages && place >= 0 && count > 0) pages.want(Math.max(0, place - 1), Math.min(count, place + 2));
  }, [pages, place, count]);

  const at = mediaPlace(table?.columns ?? [], column);
  const mediaAt = (row: number) => pages?.rowAt(row)?.cells[at]?.media;
  return {
    row: pages?.rowAt(place),
    media: mediaAt(place),
    place,
    count,
    neighbours: [mediaAt(place + 1), mediaAt(place - 1)].filter((media) => media !== undefined),
  };
}
