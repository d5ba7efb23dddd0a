/** A name for a computed column, from its expression. */

/** `image.width` → `width`, `presigned_url(video.fileurl, 60)` → `presigned_url`; a number is added where it is taken. */
export function proposeName(expression: string, taken: readonly string[]): string {
  const field = /^[a-z_]\w*\.(?:[\w.]*\.)?([a-z_]\w*)$/i.exec(expression.trim())?.[1];
  const called = /^([a-z_]\w*)\(/i.exec(expression.trim())?.[1];
  const name = field ?? called ?? 'column';
  const lower = new Set(taken.map((one) => one.toLowerCase()));
  if (!lower.has(name.toLowerCase())) return name;
  let number = 2;
  while (lower.has(`${name}_${number}`.toLowerCase())) number += 1;
  return `${name}_${number}`;
}
