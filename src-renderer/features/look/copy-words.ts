/** Where the file of a cell stands, in words: for tooltips, and for those who hear the cell. */
import type { MediaCell } from '../../../src-shared/model/cell.ts';
import { words } from '../../app/words.ts';

/** Where its bytes are; empty for a reference only. */
export function heldWords({ held, isKept }: Pick<MediaCell, 'held' | 'isKept'>): string {
  if (held === 'local' || !isKept) return words.held[held];
  return held === 'whole' ? words.keptOffline : words.keptLater;
}

/** All there is to say: that it comes, where it is, that it changed upstream. */
export function copyWords(media: Pick<MediaCell, 'held' | 'isKept' | 'isChanged'>, isFetching: boolean): string[] {
  return [isFetching ? words.fetchingFile : heldWords(media), media.isChanged ? words.changedUpstream : ''].filter((part) => part !== '');
}
