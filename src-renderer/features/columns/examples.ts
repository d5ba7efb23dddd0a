/** Expressions to start from, for the columns of a table. */
import { isMediaType, type Table } from '../../../src-shared/model/table.ts';

/** A few for its first media column; none of them is wrong there. */
export function examplesFor({ columns }: Table): string[] {
  const media = columns.find(({ type }) => isMediaType(type));
  if (!media) return columns.slice(0, 1).map(({ name }) => `state(${name})`);
  const { name, type } = media;
  const seen = type === 'audio' ? [] : [`${name}.width`, `${name}.width * ${name}.height / 1e6`, `${name}.height > ${name}.width`];
  const heard = type === 'image' ? [] : [`${name}.duration`];
  return [...seen, ...heard, `${name}.size`, `name(${name})`, `presigned_url(${name}.fileurl, 3600)`];
}
