/** What a computed column will cost, as far as it is known before it is added. */
import type { Level } from '../../../src-shared/model/media.ts';
import { formatCount } from '../../app/format.ts';
import { plural } from '../../app/plural.ts';

/** In the words of the panel: by level and rows; bytes and time are not known yet. */
export function costWords(level: Level, rows: number): string {
  const files = plural(rows, { one: '# file', other: '# files' });
  switch (level) {
    case 'none':
      return '0 bytes';
    case 'sign':
      return 'links only, nothing fetched';
    case 'head':
      return `one question for each of ${files}, no bytes of them`;
    case 'header':
      return `header bytes of ${files}`;
    case 'full':
      return `${rows === 1 ? 'the whole file' : `${formatCount(rows)} whole files`}`;
  }
}
