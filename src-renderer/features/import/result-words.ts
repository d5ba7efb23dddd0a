/** What becomes of a line of a preview, in words. */
import type { PreviewLine } from '../../../src-shared/contract/rows.ts';
import { words } from '../../app/words.ts';

/** `new · as s3://…`, `already in this table, row 96`, `rejected: …` */
export function resultWords(line: PreviewLine): string {
  if (line.rejected) return words.rejectedLine([line.rejected.message, line.rejected.next].filter(Boolean).join(' '));
  const parts = [
    line.result === 'already' ? words.alreadyHere(line.already ?? '') : words.newLine,
    ...(line.result === 'new' && line.already ? [words.alsoThere(line.already)] : []),
    ...(line.offered ? [line.offeredStore ? words.asObjectOnce(line.offered) : words.asObject(line.offered)] : []),
    ...(line.endsInSeconds === undefined ? [] : [words.linkLife(line.endsInSeconds)]),
    ...(line.alternative === undefined ? [] : [words.alternativeIs(line.alternative)]),
  ];
  return parts.join(' · ');
}
